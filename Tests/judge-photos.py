#!/usr/bin/env python3
"""Photos that other programs write and show: the outside judge of the filters in Sources/Common/Uploads.

  judge-photos.py make FOLDER            writes photos with SECRET wherever metadata can stand
  judge-photos.py compare BEFORE AFTER   pillow and pillow-heif: same pixels, same size?
  judge-photos.py browse BEFORE AFTER    Chromium: the same?

Prints a line for each photo: its name, then `ok` or what is wrong.
"""
import base64, html, io, json, os, re, struct, subprocess, sys, tempfile, zlib

from PIL import Image, ImageSequence

try:
    import pillow_heif
    pillow_heif.register_heif_opener()
except ImportError:
    pillow_heif = None

SECRET = b"SECRET 47.3769N 8.5417E"


def picture(mode="RGB", size=(96, 64), shade=0):
    pixels = bytes(
        value & 255
        for y in range(size[1]) for x in range(size[0])
        for value in (x * 2 + shade, y * 3, (x + y) * 2, 128 + x)[: len(Image.new(mode, (1, 1)).getbands())])
    return Image.frombytes(mode, size, pixels)


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def tiff(orientation, little=False, tag_type=3, count=1):
    """Exif's first directory: a text, the orientation (unless None), the text's bytes."""
    order = "<" if little else ">"
    entries = [struct.pack(order + "HHII", 0x10E, 2, len(SECRET), 100)]
    if orientation is not None:
        entries.append(struct.pack(order + "HHIHH", 0x112, tag_type, count, orientation, 0))
    head = (b"II*\0" if little else b"MM\0*") + struct.pack(order + "I", 8)
    body = head + struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4)
    return body.ljust(100, b"\0") + SECRET


# --- JPEG -----------------------------------------------------------------------------------------------------

def segment(code, content):
    return bytes([255, code]) + struct.pack(">H", len(content) + 2) + content


def exif(*arguments, **options):
    return segment(0xE1, b"Exif\0\0" + tiff(*arguments, **options))


def jpegs():
    plain = saved(picture(), "jpeg", quality=90)
    progressive = saved(picture(), "jpeg", quality=90, progressive=True)
    restarts = saved(picture(), "jpeg", quality=90, restart_marker_blocks=2)
    head, rest = plain[:20], plain[20:]  # JFIF ends at 20.
    yield "plain", plain
    yield "profile", saved(picture(), "jpeg", icc_profile=bytes(128) + b"profile" * 20000)
    yield "cmyk", saved(picture("CMYK"), "jpeg")
    yield "gray", saved(picture("L"), "jpeg")
    yield "keep-rgb", saved(picture(), "jpeg", keep_rgb=True)
    yield "no-jfif", plain[:2] + rest
    for name, between in {
        "bytes": b"\0\0", "lost-marker": b"\0" + exif(6)[1:], "restart": b"\xff\xd3", "fill": b"\xff" * 9,
        "stuffed": b"ab\xff\0cd", "temporary": b"\xff\x01", "empty-comment": b"\xff\xfe\0\0",
        "short": b"\xff\xe5\0\1", "much": SECRET * 2000, "line-count": segment(0xDC, SECRET),
        "long-jfif": segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + SECRET),
        "xmp": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET), "iptc": segment(0xED, SECRET),
        "comment": segment(0xFE, SECRET), "gopro": segment(0xE6, SECRET),
    }.items():
        yield "between-" + name, head + between + rest
        yield "scans-" + name, before_second_scan(progressive, between)
        yield "start-" + name, plain[:2] + (between if between[0] == 255 else b"\xff\xfe\0\2" + between) + plain[2:]
    for value in range(1, 9):
        yield f"exif-{value}", head + exif(value) + rest
        yield f"exif-little-{value}", head + exif(value, little=True) + rest
    for name, first in {"none": exif(None), "one": exif(1), "nine": exif(9),
                        "broken": segment(0xE1, b"Exif\0\0XX" + SECRET), "xmp": segment(0xE1, b"http:" + SECRET),
                        "three": exif(3), "long": exif(6, tag_type=4), "two-values": exif(6, count=2)}.items():
        yield f"first-{name}-then-6", head + first + exif(6) + rest
    yield "exif-behind-scan", before_second_scan(progressive, exif(6))
    yield "exif-behind-picture", plain[:-2] + exif(6) + plain[-2:]
    yield "no-end", plain[:-2] + plain[:2] + exif(6) + plain[2:]
    yield "restarts", restarts
    yield "second-image", plain + segment(0xE2, b"MPF\0" + SECRET) + head + exif(6) + rest
    yield "behind", plain + SECRET


def before_second_scan(photo, between):
    """Behind the tables of the second scan; a segment before them, at the end of the first scan."""
    at = photo.index(b"\xff\xda", photo.index(b"\xff\xda") + 2)
    if between[0] == 255:
        at = photo.rindex(b"\xff\xc4", 0, at)
    return photo[:at] + between + photo[at:]


# --- PNG and WebP -----------------------------------------------------------------------------------------------

def chunk(kind, content, checksum=None):
    checksum = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def pngs():
    plain = saved(picture(), "png")
    header, data, end = plain[:33], plain[33:-12], plain[-12:]
    yield "plain", plain
    yield "palette", saved(picture().convert("P"), "png", transparency=3)
    yield "deep", saved(picture("L").convert("I;16"), "png")
    yield "animated", saved(picture(), "png", save_all=True, append_images=[picture(shade=80)], duration=100)
    for value in range(1, 9):
        yield f"exif-{value}", header + chunk(b"eXIf", tiff(value)) + data + end
    for name, first in {"none": tiff(None), "one": tiff(1), "three": tiff(3), "broken": b"XX" + SECRET,
                        "prefix": b"Exif\0\0" + tiff(3), "long": tiff(3, tag_type=4)}.items():
        yield f"first-{name}-then-6", header + chunk(b"eXIf", first) + chunk(b"eXIf", tiff(6)) + data + end
    yield "checksum-then-6", header + chunk(b"eXIf", tiff(3), 1) + chunk(b"eXIf", tiff(6)) + data + end
    yield "large-exif", header + chunk(b"eXIf", tiff(6) + SECRET * 30000) + data + end
    yield "exif-behind", header + data + chunk(b"eXIf", tiff(6)) + end
    yield "texts", header + chunk(b"tEXt", b"a\0" + SECRET) + chunk(b"prVt", SECRET) + data + end + SECRET
    yield "lying-sizes", header + chunk(b"gAMA", SECRET * 9) + chunk(b"pHYs", SECRET) + data + end


def riff(content):
    return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content


def webp_chunk(kind, content):
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def webps():
    for name, options in {"lossy": {}, "lossless": {"lossless": True}}.items():
        yield name, saved(picture(), "webp", **options)
        yield name + "-alpha", saved(picture("RGBA"), "webp", xmp=SECRET, **options)
        for value in range(1, 9):
            yield f"{name}-exif-{value}", saved(picture(), "webp", exif=tiff(value), xmp=SECRET, **options)
    turned = saved(picture(), "webp", exif=tiff(6))[12:]
    yield "exif-twice", riff(turned + webp_chunk(b"EXIF", tiff(3)))
    yield "exif-prefix", riff(turned[: turned.index(b"EXIF")] + webp_chunk(b"EXIF", b"Exif\0\0" + tiff(6)))
    yield "behind", riff(turned) + SECRET
    frames = saved(picture(), "webp", save_all=True, append_images=[picture(shade=80)], duration=100, exif=tiff(6))
    yield "animated", frames
    at = frames.index(b"ANMF")
    size = struct.unpack("<I", frames[at + 4:at + 8])[0]
    frame = webp_chunk(b"ANMF", frames[at + 8:at + 8 + size] + webp_chunk(b"note", SECRET))
    yield "animated-note", riff(frames[12:at] + frame + frames[at + 8 + size + size % 2:])


# --- HEIC -------------------------------------------------------------------------------------------------------

def box(kind, content):
    return struct.pack(">I4s", len(content) + 8, kind) + content


def boxes(data, start=0):
    while start < len(data):
        size, kind = struct.unpack(">I4s", data[start:start + 8])
        yield kind, data[start + 8:start + size]
        start += size


class HEIC:
    """A file taken apart, to be put together in another way."""

    def __init__(self, data):
        top = dict(boxes(data))
        self.file_type = top[b"ftyp"]
        meta = dict(boxes(top[b"meta"], 4))
        self.handler = meta[b"hdlr"]
        self.primary = struct.unpack(">H", meta[b"pitm"][4:6])[0]
        self.entries = [content for _, content in boxes(meta[b"iinf"], 6)]
        parts = list(boxes(meta[b"iprp"]))
        self.properties = list(boxes(dict(parts)[b"ipco"]))
        self.uses = self.read_uses(dict(parts)[b"ipma"])
        self.references = list(boxes(meta[b"iref"], 4)) if b"iref" in meta else []
        self.items = {item: b"".join(data[a:a + n] for a, n in extents)
                      for item, extents in self.read_locations(meta[b"iloc"]).items()}
        self.extra_meta, self.extra_top, self.gap, self.idat = [], [], b"", set()
        self.version, self.pieces, self.base, self.trailing = 1, 1, False, b""

    @staticmethod
    def read_uses(content):
        version, flags, count = content[0], content[3], struct.unpack(">I", content[4:8])[0]
        assert version == 0 and flags & 1 == 0
        uses, at = {}, 8
        for _ in range(count):
            item, number = struct.unpack(">HB", content[at:at + 3])
            uses[item] = list(content[at + 3:at + 3 + number])
            at += 3 + number
        return uses

    @staticmethod
    def read_locations(content):
        version, sizes, count = content[0], struct.unpack(">H", content[4:6])[0], struct.unpack(">H", content[6:8])[0]
        assert version in (0, 1)
        offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        at, found = 8, {}

        def number(size):
            nonlocal at
            at += size
            return int.from_bytes(content[at - size:at], "big")
        for _ in range(count):
            item = number(2)
            assert version == 0 or number(2) == 0
            number(2)
            base = number(base_size)
            found[item] = [(base + number(offset_size), number(length_size)) for _ in range(number(2))]
        return found

    def add_property(self, kind, content, item=None, essential=False):
        self.properties.append((kind, content))
        for number in [item] if item else self.uses:
            self.uses.setdefault(number, []).append(len(self.properties) | (128 if essential else 0))

    def add_item(self, kind, content, more=b""):
        number = max(self.items) + 1
        self.entries.append(bytes([2, 0, 0, 0]) + struct.pack(">HH", number, 0) + kind + b"\0" + more)
        self.items[number] = content
        return number

    def locations(self, start):
        """The box iloc, the data of mdat and of idat; `start` is where mdat's content begins."""
        base = start if self.base else 0
        data, idat, rows = self.gap, b"", b""
        for item, content in sorted(self.items.items()):
            inside = item in self.idat
            pieces = 1 if inside or len(content) < self.pieces else self.pieces
            step = -(-len(content) // pieces) if content else 1
            extents = []
            for at in range(0, len(content), step):
                part = content[at:at + step]
                extents.append(((len(idat) if inside else start + len(data)) - (0 if inside else base), len(part)))
                if inside:
                    idat += part + self.gap
                else:
                    data += part + self.gap
            rows += struct.pack(">H" if self.version < 2 else ">I", item)
            rows += struct.pack(">H", int(inside)) if self.version else b""
            rows += struct.pack(">HIH", 0, 0 if inside else base, len(extents))
            rows += b"".join(struct.pack(">II", a, n) for a, n in extents)
        head = bytes([self.version, 0, 0, 0, 0x44, 0x40])
        head += struct.pack(">H" if self.version < 2 else ">I", len(self.items))
        return box(b"iloc", head + rows + self.trailing), data, idat

    def meta(self, start):
        location, data, idat = self.locations(start)
        uses = struct.pack(">II", 0, len(self.uses)) + b"".join(
            struct.pack(">HB", item, len(list_)) + bytes(list_) for item, list_ in sorted(self.uses.items()))
        content = bytes(4) + box(b"hdlr", self.handler) + location
        content += box(b"iinf", struct.pack(">IH", 0, len(self.entries))
                       + b"".join(box(b"infe", entry) for entry in self.entries) + self.trailing_box())
        content += box(b"pitm", struct.pack(">IH", 0, self.primary) + self.trailing)
        content += box(b"iprp", box(b"ipco", b"".join(box(*p) for p in self.properties))
                       + box(b"ipma", uses + self.trailing) + self.trailing_box())
        if self.references:
            content += box(b"iref", bytes(4) + b"".join(box(*reference) for reference in self.references))
        if idat:
            content += box(b"idat", idat)
        content += b"".join(box(*extra) for extra in self.extra_meta)
        return box(b"meta", content), data

    def trailing_box(self):
        return box(b"uuid", bytes(16) + self.trailing) if self.trailing else b""

    def bytes(self):
        head = box(b"ftyp", self.file_type)
        start = len(head) + len(self.meta(0)[0]) + 8
        meta, data = self.meta(start)
        return head + meta + box(b"mdat", data) + b"".join(box(*extra) for extra in self.extra_top)


def heics():
    def photo(mode="RGB", turned=6):
        return HEIC(saved(picture(mode), "heif", quality=80, exif=tiff(turned), xmp=SECRET))

    yield "plain", photo().bytes()
    yield "alpha", photo("RGBA").bytes()
    yield "gray", photo("L").bytes()
    for version in (0, 1, 2):
        for pieces in (1, 3):
            one = photo()
            one.version, one.pieces, one.gap, one.base = version, pieces, SECRET, pieces == 3
            yield f"locations-{version}-pieces-{pieces}", one.bytes()
    one = photo()
    one.trailing = SECRET
    one.handler = one.handler[:24] + SECRET + b"\0"
    one.entries = [entry + SECRET + b"\0" for entry in one.entries]
    one.extra_meta = [(b"free", SECRET), (b"uuid", SECRET), (b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", bytes(4) + SECRET + b"\0"))),
                      (b"grpl", box(b"note", SECRET) + box(b"altr", struct.pack(">IIII", 0, 99, 1, 1) + SECRET))]
    one.extra_top = [(b"free", SECRET), (b"moov", box(b"mvhd", bytes(100)) + box(b"udta", SECRET)), (b"uuid", SECRET), (b"mpvd", SECRET)]
    yield "corners", one.bytes()
    one = photo()
    for kind in [b"udes", b"uuid", b"crtt", b"mdft", b"altt", b"cmin", b"cmex", b"itai", b"gpst", b"slid"]:
        one.add_property(kind, bytes(4) + SECRET)
    one.add_property(b"pasp", struct.pack(">II", 1, 1) + SECRET)
    yield "properties", one.bytes()
    for turn in range(4):
        for mirror in (None, 0, 1):
            one = photo()
            one.add_property(b"udes", bytes(4) + SECRET)
            one.add_property(b"irot", bytes([turn]), one.primary, essential=True)
            if mirror is not None:
                one.add_property(b"imir", bytes([mirror]), one.primary, essential=True)
            yield f"turned-{turn}-{mirror}", one.bytes()
    one = photo()
    one.add_property(b"clap", struct.pack(">8I", 40, 1, 30, 1, 0, 1, 0, 1), one.primary, essential=True)
    yield "cut", one.bytes()
    one = photo()
    one.add_item(b"mime", SECRET, b"text/plain\0")
    one.add_item(b"uri ", SECRET, b"urn:" + SECRET + b"\0")
    one.idat = {max(one.items), max(one.items) - 1}
    one.gap = SECRET
    yield "items", one.bytes()
    one = photo(turned=1)
    grid = one.add_item(b"grid", struct.pack(">BBBBHH", 0, 0, 0, 1, 192, 64))
    second = one.add_item(b"hvc1", one.items[one.primary])
    one.uses[second] = list(one.uses[one.primary])
    one.references.append((b"dimg", struct.pack(">HHHH", grid, 2, one.primary, second)))
    one.idat, one.gap, one.primary = {grid}, SECRET, grid
    one.add_property(b"ispe", struct.pack(">III", 0, 192, 64), grid)
    yield "grid", one.bytes()


# --- the judges -------------------------------------------------------------------------------------------------

STRICT = ["between-temporary.jpg", "start-temporary.jpg", "no-end.jpg", "checksum-then-6.png"]


def make(folder):
    kinds = {"jpg": jpegs, "png": pngs, "webp": webps}
    if pillow_heif:
        kinds["heic"] = heics
    for ending, photos in kinds.items():
        for name, content in photos():
            with open(f"{folder}/{name}.{ending}", "wb") as file:
                file.write(content)


def decoded(path):
    with Image.open(path) as image:
        return [(frame.size, frame.mode, frame.convert("RGBA" if "A" in frame.mode else frame.mode).tobytes())
                for frame in ImageSequence.Iterator(image)]


def compare(before, after):
    for name in sorted(os.listdir(before)):
        if name.endswith(".heic") and not pillow_heif:
            continue
        try:
            right = decoded(f"{after}/{name}")
            # Pillow's own reader of headers is stricter than libjpeg and the browsers.
            left = right if name in STRICT else decoded(f"{before}/{name}")
            print(name, "ok" if left == right else "another picture")
        except Exception as error:
            print(name, f"{type(error).__name__}: {error}")


def seen(folder):
    """By name: width, height and pixels as Chromium shows the photo; None where it shows nothing."""
    kinds = {"jpg": "jpeg", "png": "png", "webp": "webp"}
    photos = []
    for name in sorted(os.listdir(folder)):
        kind = kinds.get(name.rsplit(".", 1)[1])
        if kind:
            with open(f"{folder}/{name}", "rb") as file:
                photos.append([name, f"data:image/{kind};base64," + base64.b64encode(file.read()).decode()])
    script = """(async () => {
      const out = {}
      for (const [name, url] of PHOTOS) {
        const image = new Image()
        await new Promise(done => { image.onload = image.onerror = done; image.src = url })
        out[name] = null
        if (!image.naturalWidth) continue
        const canvas = document.createElement('canvas')
        canvas.width = image.naturalWidth; canvas.height = image.naturalHeight
        const context = canvas.getContext('2d')
        context.drawImage(image, 0, 0)
        let hash = 0
        for (const byte of context.getImageData(0, 0, canvas.width, canvas.height).data) hash = hash * 31 + byte | 0
        out[name] = [canvas.width, canvas.height, hash]
      }
      document.body.textContent = JSON.stringify(out)
    })()""".replace("PHOTOS", json.dumps(photos))
    with tempfile.TemporaryDirectory() as home:
        with open(home + "/page.html", "w") as page:
            page.write(f"<body><script>{script}</script>")
        command = ["chromium", "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb",
                   "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={home}/profile",
                   "--virtual-time-budget=20000", "--dump-dom", f"file://{home}/page.html"]
        if os.getuid() == 0:
            command.insert(1, "--no-sandbox")
        page = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    return json.loads(html.unescape(re.search(r"(\{.*\})</body>", page, re.S).group(1)))


def browse(before, after):
    left, right = seen(before), seen(after)
    for name in left:
        print(name, "ok" if left[name] and left[name] == right.get(name) else f"{left[name]} {right.get(name)}")


if __name__ == "__main__":
    {"make": make, "compare": compare, "browse": browse}[sys.argv[1]](*sys.argv[2:])
