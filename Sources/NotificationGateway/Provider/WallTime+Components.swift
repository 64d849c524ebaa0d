extension WallTime {
    /// A date and a time of day.
    public struct Components: Sendable, Hashable {
        /// The year, astronomical.
        public var year: Int
        /// 1 to 12.
        public var month: Int
        /// 1 to 31.
        public var day: Int
        /// 0 to 23.
        public var hour: Int
        /// 0 to 59.
        public var minute: Int
        /// 0 to 59.
        public var second: Int

        /// Describes a date and a time of day, without a check.
        public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
            self.year = year
            self.month = month
            self.day = day
            self.hour = hour
            self.minute = minute
            self.second = second
        }

        /// Splits seconds since 1970 by the proleptic Gregorian calendar.
        ///
        /// The arithmetic counts days in eras of 400 years that begin on 1 March: the leap day is then the last of a year.
        init(secondsSinceEpoch: Int64) {
            let seconds = Int(secondsSinceEpoch)
            let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
            let time = seconds - day * 86_400
            let shifted = day + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shiftedMonth = (5 * dayOfYear + 2) / 153
            self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
            month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
            hour = time / 3_600
            minute = time / 60 % 60
            second = time % 60
        }
    }

    /// The time of a date and a time of day in UTC; `nil` for what no calendar has, and for what nanoseconds cannot count.
    public init?(_ components: Components) {
        guard 1...12 ~= components.month, 1...31 ~= components.day, 0...23 ~= components.hour,
            0...59 ~= components.minute, 0...59 ~= components.second, 1678...2261 ~= components.year
        else { return nil }
        let minutes = (components.daysSinceEpoch * 24 + components.hour) * 60 + components.minute
        self.init(secondsSinceEpoch: Int64(minutes * 60 + components.second))
        // A 31 February is no date; counted on, it would be a day in March.
        guard self.components == components else { return nil }
    }
}

extension WallTime.Components {
    /// Days from 1970-01-01, counted in eras of 400 years that begin on 1 March.
    fileprivate var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return shiftedYear / 400 * 146_097 + dayOfEra - 719_468
    }
}
