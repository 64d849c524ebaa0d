/// The calling codes of ITU-T E.164 and what a number under each of them looks like.
///
/// Authority: ITU-T Recommendation E.164, list of assigned country codes, and the national numbering plans that the ITU
/// publishes. Lengths are deliberately wide: a number is refused when it cannot exist, not when it is unusual.
enum CallingCodes {
    /// How the national access digit, which stands before a number only inside its own country, is recognised.
    enum Trunk: UInt8 {
        /// There is none: a leading 0 belongs to the number (Italy, Côte d'Ivoire, Congo).
        case none
        /// A leading 0, always.
        case zero
        /// A leading 0 where the number is one digit too long with it (Gabon).
        case zeroWhenLong
        /// A leading 1 where the number is one digit too long with it (North America).
        case one
        /// A leading 8 where the number is one digit too long with it (Russia, Central Asia).
        case eight
        /// The new 0 or the old 8 (Lithuania).
        case zeroOrEight
        /// A leading 06 (Hungary).
        case zeroSix
        /// 80, 8 or 0 (Belarus).
        case eightZero
        /// 01, 044, 045 and the 1 for mobiles: all abolished, all still written (Mexico).
        case mexican
    }

    /// The numbers under one calling code.
    struct Plan {
        let callingCode: UInt16
        /// The main country; `nil` for services of no country.
        let country: CountryCode?
        let minimum: UInt8
        let maximum: UInt8
        let trunk: Trunk

        init(_ callingCode: UInt16, _ country: CountryCode?, _ minimum: UInt8, _ maximum: UInt8, _ trunk: Trunk) {
            self.callingCode = callingCode
            self.country = country
            self.minimum = minimum
            self.maximum = maximum
            self.trunk = trunk
        }

        /// How many digits a national number has.
        var lengths: ClosedRange<Int> { Int(minimum)...Int(maximum) }

        /// How many digits the calling code has.
        var callingCodeCount: Int { callingCode < 10 ? 1 : callingCode < 100 ? 2 : 3 }
    }

    /// The plan to which an international number belongs, decided by its first three digits (no calling code is the
    /// beginning of another); `nil` where the code is not assigned.
    static func plan(forLeading digits: DigitRun) -> Plan? {
        let leading = digits.leading(3) ?? Int(digits.value * DigitRun.power(3 - digits.count))
        let row = rowOfLeading[leading]
        guard row != noRow else { return nil }
        let plan = plans[Int(row)]
        return plan.callingCodeCount <= digits.count ? plan : nil
    }

    /// The plan of a country's own numbers.
    static func plan(for country: CountryCode) -> Plan {
        let code = country.callingCode
        return plans[Int(rowOfLeading[code < 10 ? code * 100 : code < 100 ? code * 10 : code])]
    }

    private static let noRow = UInt8.max

    /// Three leading digits → row of `plans`.
    private static let rowOfLeading: [UInt8] = {
        var rows = [UInt8](repeating: noRow, count: 1000)
        for (row, plan) in plans.enumerated() {
            let span = [100, 10, 1][plan.callingCodeCount - 1]
            let start = Int(plan.callingCode) * span
            for leading in start..<start + span { rows[leading] = UInt8(row) }
        }
        return rows
    }()
}

extension CallingCodes.Plan {
    /// The number as it is written after the calling code: without the country's own access digits.
    func droppingTrunk(from digits: DigitRun) -> DigitRun {
        let isLong = digits.count == Int(maximum) + 1
        switch trunk {
        case .none: return digits
        case .zero: return digits.dropping("0")
        case .zeroWhenLong: return isLong ? digits.dropping("0") : digits
        case .one: return isLong ? digits.dropping("1") : digits
        case .eight: return isLong ? digits.dropping("8") : digits
        case .zeroOrEight: return isLong ? digits.dropping("0").dropping("8", to: Int(maximum)) : digits
        case .zeroSix: return digits.dropping("06")
        case .eightZero: return droppingBelarusianTrunk(from: digits)
        case .mexican:
            return digits.dropping("044", to: 10).dropping("045", to: 10).dropping("01", to: 10).dropping("1", to: 10)
        }
    }

    /// 8 alone may begin a service number of ten digits, so it goes only before an area code (1 to 4).
    private func droppingBelarusianTrunk(from digits: DigitRun) -> DigitRun {
        let short = digits.dropping("80", to: 9).dropping("8", to: 9).dropping("0", to: 9)
        guard short.count == 9, let area = short.leading(1), (1...4).contains(area) else { return digits }
        return short
    }
}
