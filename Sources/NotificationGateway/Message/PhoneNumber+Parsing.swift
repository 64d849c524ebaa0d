extension PhoneNumber {
    /// Reads a number in any usual spelling.
    ///
    /// With a plus or 00 it is international; with the default country's own exit code (011, 0011, 010, 810, …) too.
    /// Otherwise it is a number of the default country, with or without the access digit that is dialled there (0, 8,
    /// 06, …), or with its calling code where it would be too long without: `8613800138000` in China. An access 0
    /// after the calling code, as in `+44 (0)20 …`, is dropped; in countries where the 0 belongs to the number, such
    /// as Italy, it stays.
    ///
    /// Digits of every script count, full-width ones included. Spaces, hyphens, dots, slashes, brackets of all widths,
    /// a leading `tel:` and invisible direction marks are passed over. Linear in the length of the text; no allocation
    /// for ASCII.
    ///
    /// - Throws: ``Invalid``, which never repeats the number.
    public init(parsing text: String, defaultCountry: CountryCode? = nil) throws(Invalid) {
        let dialled = try DialString(text)
        let digits = dialled.digits
        guard digits.count > 0 else { throw .empty }
        guard digits.count <= DigitRun.capacity else { throw .tooLong(expected: Self.lengths, callingCode: nil) }
        if dialled.hasPlus {
            try self.init(international: digits)
        } else if let defaultCountry {
            try self.init(digits, dialledIn: CallingCodes.plan(for: defaultCountry))
        } else if digits.begins(with: "00") {
            try self.init(international: digits.dropping(2))
        } else {
            throw .noDefaultCountry
        }
    }

    /// E.164 allows 15 digits; below 6 no country has numbers.
    private static let lengths = 6...15

    /// Reads a number that begins with its calling code.
    private init(international digits: DigitRun) throws(Invalid) {
        guard let plan = CallingCodes.plan(forLeading: digits) else { throw .unknownCallingCode }
        try self.init(digits.dropping(plan.callingCodeCount), in: plan)
    }

    /// Reads what stands after a calling code, with or without access digits.
    private init(_ national: DigitRun, in plan: CallingCodes.Plan) throws(Invalid) {
        let number = plan.droppingTrunk(from: national)
        try plan.check(number)
        self.init(plan: plan, checked: number)
    }

    /// Reads what somebody in a country dials.
    private init(_ digits: DigitRun, dialledIn plan: CallingCodes.Plan) throws(Invalid) {
        if digits.begins(with: "00") {
            try self.init(afterExitCode: digits, dialledIn: plan)
        } else if let exitCode = plan.exitCode, digits.begins(with: exitCode) {
            try self.init(international: digits.dropping(exitCode))
        } else {
            do throws(Invalid) {
                try self.init(digits, in: plan)
            } catch {
                // The plus is often lost on the way; digits that are too long without their calling code, and right
                // with it, leave no other reading.
                guard case .tooLong = error, digits.leading(plan.callingCodeCount) == Int(plan.callingCode),
                    let number = try? PhoneNumber(international: digits)
                else { throw error }
                self = number
            }
        }
    }

    /// Reads digits that begin with 00, where the country may have another exit code that begins so.
    private init(afterExitCode digits: DigitRun, dialledIn plan: CallingCodes.Plan) throws(Invalid) {
        guard let exitCode = plan.exitCode, digits.begins(with: exitCode) else {
            try self.init(international: digits.dropping(2))
            return
        }
        guard plan.exitCodeIsAmbiguous, let usual = try? PhoneNumber(international: digits.dropping(2)) else {
            try self.init(international: digits.dropping(exitCode))
            return
        }
        // A message to a stranger is worse than a question back.
        if (try? PhoneNumber(international: digits.dropping(exitCode))) != nil {
            throw .notInNumberingPlan(.ambiguousExitCode)
        }
        self = usual
    }
}

extension CallingCodes.Plan {
    /// Whether the country can have given out this number.
    fileprivate func check(_ number: DigitRun) throws(PhoneNumber.Invalid) {
        if callingCode == 86 { return try checkMainlandChina(number) }
        try check(number, has: lengths)
        if callingCode == 1 { return try checkNorthAmerica(number) }
        try checkZeros(number)
    }

    /// Where the access digit is a 0, one has been taken off already.
    private func checkZeros(_ number: DigitRun) throws(PhoneNumber.Invalid) {
        guard number.begins(with: "0") else { return }
        switch zeros {
        case .several: return
        case .one(let lengths) where lengths.contains(number.count):
            if number.begins(with: "00") { throw .notInNumberingPlan(.leadingZero) }
        case .one, .none: throw .notInNumberingPlan(trunk == .zero ? .leadingZero : .noLeadingZero)
        }
    }

    private func check(_ number: DigitRun, has lengths: ClosedRange<Int>) throws(PhoneNumber.Invalid) {
        if number.count < lengths.lowerBound { throw .tooShort(expected: lengths, callingCode: Int(callingCode)) }
        if number.count > lengths.upperBound { throw .tooLong(expected: lengths, callingCode: Int(callingCode)) }
    }

    /// Authority: Ministry of Industry and Information Technology, 电信网编号计划: mobiles 1[3-9] and nine digits; area
    /// codes 10, 2X and three digits, with seven or eight digits after them.
    private func checkMainlandChina(_ number: DigitRun) throws(PhoneNumber.Invalid) {
        guard number.begins(with: "1"), let two = number.leading(2) else {
            try check(number, has: lengths)
            if number.begins(with: "0") { throw .notInNumberingPlan(.leadingZero) }
            return
        }
        switch two {
        case 13...19: try check(number, has: 11...11)
        case 10: try check(number, has: 10...10)
        default:
            try check(number, has: lengths)
            throw .notInNumberingPlan(.mainlandMobile)
        }
    }

    /// Authority: North American Numbering Plan: NXX-NXX-XXXX with N from 2 to 9. Of the area codes, N11 are services,
    /// and N9X, 37X and 96X are kept for a longer numbering plan; which of the others are assigned changes every year.
    private func checkNorthAmerica(_ number: DigitRun) throws(PhoneNumber.Invalid) {
        guard let area = number.leading(3), area >= 200 else { throw .notInNumberingPlan(.northAmericanArea) }
        guard area % 100 != 11, area / 10 % 10 != 9, area / 10 != 37, area / 10 != 96 else {
            throw .notInNumberingPlan(.northAmericanReservedArea)
        }
        guard let exchange = number.dropping(3).leading(1), exchange >= 2 else {
            throw .notInNumberingPlan(.northAmericanExchange)
        }
    }
}
