import NotificationGateway

/// Reads `quiet_hours:` of a route.
struct QuietHoursReader {
    let values: ValueReader
    private var report: DiagnosticReport { values.report }

    func read(_ node: YAMLNode) -> QuietHours? {
        guard let reader = MappingReader(node, FileShape.quietHours, values) else { return nil }
        let from = time("from", reader)
        let to = time("to", reader)
        let zone = reader["time_zone"] == nil ? .recipient : zone(reader)
        let categories = reader["categories"] == nil ? [.marketing] : Set(self.categories(reader))
        guard let from, let to, let zone, !categories.isEmpty else { return nil }
        guard from != to else {
            report.error(reader["to"]?.place ?? node.place, "'to' is the same time as 'from'; that is no part of a day")
            return nil
        }
        return QuietHours(from: from, to: to, zone: zone, categories: categories)
    }

    private func categories(_ reader: MappingReader) -> [NotificationGateway.Category] {
        let field = OptionField("categories", .choice(QuietHours.quietable.map(\.rawValue)), help: "")
        return reader.list("categories").compactMap { node in
            guard case .string(let word)? = values.value(node, of: field) else { return nil }
            return NotificationGateway.Category(rawValue: word)
        }
    }

    private func time(_ key: String, _ reader: MappingReader) -> Int? {
        let expected = "a time of day such as \"21:00\""
        guard let node = reader[key], let text = reader.text(node, key, expected: expected) else { return nil }
        if let minutes = Self.minutes(text[...]), minutes < 1_440 { return minutes }
        report.error(node.place, "'\(key)': expected \(expected), found \(quoted(text))")
        return nil
    }

    private func zone(_ reader: MappingReader) -> QuietHours.Zone? {
        let expected = "recipient, or a time east of UTC such as \"+08:00\""
        guard let node = reader["time_zone"], let text = reader.text(node, "time_zone", expected: expected) else {
            return nil
        }
        if text == "recipient" { return .recipient }
        if let sign = text.first, "+-".contains(sign), let minutes = Self.minutes(text.dropFirst()), minutes <= 840 {
            return .offset(minutes: sign == "-" ? -minutes : minutes)
        }
        report.error(
            node.place,
            "'time_zone': expected \(expected), found \(quoted(text))"
                + NearestSpelling.hint(text, among: ["recipient"]))
        return nil
    }

    /// `08:30` as minutes.
    private static func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }
}
