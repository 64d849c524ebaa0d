extension CallingCodes.Plan {
    /// The country of a number, where several share the calling code decided by its first digits.
    ///
    /// Numbers whose digits do not tell (French overseas departments under 590, mobiles of Åland, Svalbard, Western
    /// Sahara) belong to the code's main country. Sources: national numbering plans.
    func country(of national: DigitRun) -> CountryCode? {
        switch callingCode {
        case 1: CallingCodes.northAmericanCountry(area: national.leading(3) ?? 0)
        case 7: national.begins(with: "6") || national.begins(with: "7") ? "KZ" : country
        case 39: national.begins(with: "06698") ? "VA" : country
        case 44: britishCountry(of: national)
        case 47: national.count == 8 && national.begins(with: "79") ? "SJ" : country
        case 61: national.begins(with: "89162") ? "CC" : national.begins(with: "89164") ? "CX" : country
        case 212: national.begins(with: "5288") || national.begins(with: "5289") ? "EH" : country
        case 262: isMahoran(national) ? "YT" : country
        case 358: national.begins(with: "18") ? "AX" : country
        case 599: [3, 4, 7].contains(national.leading(1)) ? "BQ" : country
        default: country
        }
    }

    /// Authority: Ofcom, National Telephone Numbering Plan: area codes, and the mobile ranges given to island networks.
    private func britishCountry(of national: DigitRun) -> CountryCode? {
        guard national.count == 10, let four = national.leading(4), let five = national.leading(5) else {
            return country
        }
        switch four {
        case 1481, 7781, 7839: return "GG"
        case 1534, 7509, 7797, 7829, 7937: return "JE"
        case 1624, 7524, 7624, 7924: return "IM"
        default: break
        }
        switch five {
        case 79111, 79117: return "GG"
        case 77003, 77007, 77008: return "JE"
        case 74576: return "IM"
        default: return country
        }
    }

    private func isMahoran(_ national: DigitRun) -> Bool {
        switch national.leading(5) ?? 0 {
        case 26890...26999, 63900...63999, 70935...70937, 93980...93981, 94780...94781, 97690...97699: true
        default: false
        }
    }
}

extension CallingCodes {
    /// The country of an area code under +1: the United States where no other is known, so that a new area code works
    /// before this table has it. Codes that all countries of the plan share (800, 900, 500, …) belong to none.
    static func northAmericanCountry(area: Int) -> CountryCode? {
        areas.indices.contains(area) ? areas[area] : nil
    }

    private static let areas: [CountryCode?] = {
        var countries = [CountryCode?](repeating: "US", count: 1000)
        for code in sharedAreas { countries[code] = nil }
        for (country, codes) in foreignAreas {
            for code in codes { countries[code] = country }
        }
        return countries
    }()

    /// Authority: NANPA, non-geographic codes: freephone, personal numbers, carriers, premium rate.
    private static let sharedAreas = [
        800, 822, 833, 844, 855, 866, 877, 888, 500, 521, 522, 523, 524, 525, 526, 527, 528, 529, 532, 533, 535, 538,
        542,
        543,
        544, 545, 546, 547, 549, 550, 552, 553, 554, 556, 558, 566, 569, 577, 578, 588, 589, 700, 900,
    ]

    /// Authority: NANPA, geographic area codes in service and assigned; CNA for Canada, with the codes held for relief.
    private static let foreignAreas: [(country: CountryCode, codes: [Int])] = [
        (
            "CA",
            [
                204, 226, 236, 249, 250, 257, 263, 273, 289, 306, 343, 354, 365, 367, 368, 382, 387, 403, 416, 418, 428,
                431, 437, 438, 450, 460, 468, 474, 506, 514, 519, 537, 548, 568, 579, 581, 584, 587, 604, 613, 639, 647,
                672, 683, 705, 709, 742, 753, 778, 780, 782, 807, 819, 825, 867, 873, 879, 902, 905, 942,
                600, 622, 633, 644, 655, 677, 688,
            ]
        ),
        ("AG", [268]), ("AI", [264]), ("AS", [684]), ("BB", [246]), ("BM", [441]), ("BS", [242]), ("DM", [767]),
        ("DO", [809, 829, 849]), ("GD", [473]), ("GU", [671]), ("JM", [658, 876]), ("KN", [869]), ("KY", [345]),
        ("LC", [758]), ("MP", [670]), ("MS", [664]), ("PR", [787, 939]), ("SX", [721]), ("TC", [649]), ("TT", [868]),
        ("VC", [784]), ("VG", [284]), ("VI", [340]),
    ]
}
