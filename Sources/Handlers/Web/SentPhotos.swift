// SentPhotos.swift - what became of a form's files, for the page that says so.

import Pages
import Uploads

extension PhotoStore {
  /// Every file that was sent, in order.
  var sentPhotos: [SentPhoto] {
    outcomes.map { outcome in
      SentPhoto(name: outcome.part.filename, refusal: outcome.result.fault.map(PhotoRefusal.init))
    }
  }

  /// Why files could not be written; for the operator.
  var storageFaults: [String] {
    outcomes.compactMap { if case .cannotStore(let error)? = $0.result.fault { "\(error)" } else { nil } }
  }
}

extension PhotoRefusal {
  init(_ fault: PhotoFault) {
    self =
      switch fault {
      case .empty: .empty
      case .notAnImage: .notAPhoto
      case .brokenImage: .broken
      case .tooLarge(let limit): .tooLarge(mebibytes: limit >> 20)
      case .formTooLarge(let limit): .formTooLarge(mebibytes: limit >> 20)
      case .tooMany(let limit): .tooMany(limit: limit)
      case .incomplete: .cutOff
      case .refused: .busy
      case .cannotStore: .notStored
      }
  }
}

extension Result<StoredPhoto, PhotoFault> {
  fileprivate var fault: PhotoFault? { if case .failure(let fault) = self { fault } else { nil } }
}

/// Takes no file: of a form that is too large only the words are read.
struct NoPhotos: FilePartSink {
  mutating func begin(_ part: FilePart) {}
  mutating func append(_ bytes: Span<UInt8>) {}
  mutating func end(_ end: FilePartEnd) {}
}
