extension Duration {
    /// For people: `0.25 s`, `17 s`, `2 min`, `2 h`, `2 h 5 min`.
    package var words: String {
        let (whole, fraction) = components
        if whole >= 3_600, whole % 3_600 < 60 { return "\(whole / 3_600) h" }
        if whole >= 3_600 { return "\(whole / 3_600) h \(whole % 3_600 / 60) min" }
        if whole >= 120 { return "\(whole / 60) min" }
        let hundredths = Int(fraction / 10_000_000_000_000_000)
        if hundredths == 0 || whole >= 10 { return "\(whole) s" }
        return "\(whole).\(hundredths < 10 ? "0" : "")\(hundredths) s"
    }

    /// For programs: milliseconds, to a microsecond.
    package var milliseconds: Double {
        let (seconds, attoseconds) = components
        return (Double(seconds) * 1_000_000 + Double(attoseconds / 1_000_000_000_000)).rounded() / 1_000
    }

    /// For what counts in nanoseconds; what these cannot count becomes the nearest they can.
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}
