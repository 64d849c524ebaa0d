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
}
