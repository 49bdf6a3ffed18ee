// GermanAreas.swift - how long an area code of Germany is, for numbers are spaced behind it.
//
// Source: the list of area codes of the Bundesnetzagentur, as libphonenumber keeps it.

enum GermanAreas {
  /// Digits of the area code, of 2 to 5, that a landline's national number begins with.
  static func length(of national: [UInt8]) -> Int {
    let digits = national.prefix(4).map { Int($0) - 48 }
    guard digits.count == 4 else { return 3 }
    let two = digits[0] * 10 + digits[1]
    let three = two * 10 + digits[2]
    if twoDigits.contains(two) { return 2 }
    let four = three * 10 + digits[3]
    // Solingen is 212, but Haan 2129.
    if threeDigits.contains(three) { return four == 2129 ? 4 : 3 }
    // Codes of five digits are found in the east only.
    return digits[0] == 3 && !eastern.contains(four) ? 5 : 4
  }

  /// Berlin, numbers without place, Hamburg, Frankfurt, Munich.
  private static let twoDigits: Set<Int> = [30, 32, 40, 69, 89]

  private static let threeDigits = codes(
    """
    201 202 203 208 209 211 212 214 221 228 231 234 241 251 261 271 281 291 331 335 340 341 345 351 355 361 365
    371 375 381 385 391 395 421 431 441 451 461 471 481 491 511 521 531 541 551 561 571 581 591 611 621 631 641
    651 661 671 681 711 721 731 741 751 761 771 781 791 811 821 831 841 851 861 871 881 906 911 921 931 941 951
    961 971 981 991
    """)

  /// Codes of four digits that begin with 3.
  private static let eastern = codes(
    """
    3301 3302 3303 3304 3306 3307 3321 3322 3327 3328 3329 3331 3332 3334 3335 3337 3338 3341 3342 3344 3346
    3361 3362 3364 3366 3371 3372 3375 3377 3378 3379 3381 3382 3385 3386 3391 3394 3395 3421 3423 3425 3431
    3433 3435 3437 3441 3443 3445 3447 3448 3461 3462 3464 3466 3471 3473 3475 3476 3491 3493 3494 3496 3501
    3504 3521 3522 3523 3525 3528 3529 3531 3533 3535 3537 3541 3542 3544 3546 3561 3562 3563 3564 3571 3573
    3574 3576 3578 3581 3583 3585 3586 3588 3591 3592 3594 3596 3601 3603 3605 3606 3621 3622 3623 3624 3628
    3629 3631 3632 3634 3635 3636 3641 3643 3644 3647 3661 3663 3671 3672 3675 3677 3679 3681 3682 3683 3685
    3686 3691 3693 3695 3721 3722 3723 3724 3725 3726 3727 3731 3733 3735 3737 3741 3744 3745 3761 3762 3763
    3764 3765 3771 3772 3773 3774 3821 3831 3834 3836 3838 3841 3843 3844 3847 3860 3861 3862 3863 3864 3865
    3866 3867 3868 3869 3871 3874 3876 3877 3881 3883 3886 3901 3902 3904 3907 3909 3921 3923 3925 3928 3931
    3933 3935 3937 3941 3943 3944 3946 3947 3949 3961 3962 3963 3964 3965 3966 3967 3968 3969 3971 3973 3976
    3981 3984 3987 3991 3994 3996 3998
    """)

  private static func codes(_ list: String) -> Set<Int> {
    Set(list.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) })
  }
}
