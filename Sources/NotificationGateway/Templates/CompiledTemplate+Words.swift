extension CompiledTemplate {
    /// Which choice of a provider's binding is taken, and why, in words.
    func bindingWords(for provider: ProviderName, country: CountryCode?, locale: LocaleTag?) -> String {
        let choices = bindingChoices(of: provider)
        guard !choices.isEmpty else {
            let language = textLocale(for: locale).map { "for \($0)" } ?? "default"
            return hasText(for: locale) ? "none: the template's \(language) text is sent" : "none"
        }
        guard let taken = choices.firstIndex(where: { $0.serves(country: country, locale: locale) }) else {
            return "no choice of \(choices.count) fits: "
                + choices.prefix(5).enumerated().map { "\($0 + 1) serves \($1.words)" }.joined(separator: "; ")
        }
        let passed = choices[..<taken].prefix(5).enumerated().map { "\($0 + 1) serves \($1.words)" }
        return (["choice \(taken + 1) of \(choices.count) serves \(choices[taken].words)"] + passed)
            .joined(separator: "; ")
    }
}

extension BindingChoice {
    /// Whom it serves, in words.
    fileprivate var words: String {
        let conditions = [countries.map(\.rawValue).sorted(), locales.map(\.rawValue)]
            .filter { !$0.isEmpty }
            .map { $0.prefix(10).joined(separator: " or ") + ($0.count > 10 ? " or \($0.count - 10) more" : "") }
        return conditions.isEmpty ? "everybody" : conditions.joined(separator: " in ")
    }
}
