extension Rule {
    /// The conditions that a message does not meet, in the order of ``words``: what each asks for, and what there is
    /// instead. Never a recipient's address.
    func unmet(by subject: Router.Subject, template: TemplateName?) -> [String] {
        var unmet: [String] = []
        func check(_ name: String, _ values: [String], _ isMet: Bool, _ found: @autoclosure () -> String) {
            if !values.isEmpty, !isMet { unmet.append("\(name) is \(Self.list(values)), and \(found())") }
        }
        check(
            "channel", channels.map(\.rawValue), channels.contains(subject.channel),
            "this is \(subject.channel.rawValue)")
        check(
            "category", categories.map(\.rawValue), categories.contains(subject.category),
            "this is \(subject.category.rawValue)")
        check(
            "country", countries.map(\.rawValue), subject.country.map(countries.contains) == true,
            subject.country.map { "this is \($0)" } ?? "the address has none")
        check(
            "template", templates.map(\.rawValue), template.map(templates.contains) == true,
            template.map { "this is \($0)" } ?? "this is finished text")
        check(
            "tag", tags.map(\.rawValue), subject.tags.contains(where: tags.contains),
            subject.tags.isEmpty ? "the message has none" : "the message has \(Self.list(subject.tags.map(\.rawValue)))"
        )
        check(
            "prefix", recipientPrefixes.map { "+\($0)" }, subject.number?.begins(withAnyOf: recipientPrefixes) == true,
            subject.number == nil ? "the address is no number" : "the number begins otherwise")
        return unmet
    }

    /// The first of them, joined by "or": lists may hold thousands.
    private static func list(_ values: [String]) -> String {
        let most = 5
        let more = values.count > most ? " or \(values.count - most) more" : ""
        return values.sorted().prefix(most).joined(separator: " or ") + more
    }
}
