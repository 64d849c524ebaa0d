/// A template made ready for many messages: names looked up once, bindings by provider, texts by locale.
final class CompiledTemplate: Sendable {
    /// One parameter of a vendor's template, its source resolved to a place in the values.
    struct CompiledParameter: Sendable {
        enum Source: Sendable {
            case value(Int)
            case constant(String)
        }

        var name: String
        var source: Source
    }

    struct CompiledChoice: Sendable {
        var choice: BindingChoice
        var parameters: [CompiledParameter]
    }

    /// Its place among the configured templates: what the router compares instead of the name.
    let place: Int
    let name: TemplateName
    let category: Category
    let parameters: [TemplateParameter]
    private let indexes: [String: Int]
    private let texts: [LocaleTag: TextTemplate]
    private let defaultText: TextTemplate?
    /// Few, and shorter to compare than to hash.
    private let choices: [(provider: ProviderName, choices: [CompiledChoice])]

    init(_ template: Template, place: Int = 0) {
        self.place = place
        name = template.name
        category = template.category
        parameters = template.parameters
        let indexes = Dictionary(
            template.parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.indexes = indexes
        texts = Dictionary(
            template.texts.compactMap { text in text.locale.map { ($0, text.text) } },
            uniquingKeysWith: { first, _ in first })
        defaultText = template.texts.first { $0.locale == nil }?.text
        choices = template.bindings.map { provider, binding in
            let choices = binding.choices.map { choice in
                CompiledChoice(choice: choice, parameters: Self.resolve(choice.parameters, indexes))
            }
            return (provider, choices)
        }
    }

    private static func resolve(_ parameters: [BoundParameter], _ indexes: [String: Int]) -> [CompiledParameter] {
        parameters.compactMap { parameter in
            switch parameter.source {
            case .constant(let value): CompiledParameter(name: parameter.name, source: .constant(value))
            case .parameter(let name):
                indexes[name].map { CompiledParameter(name: parameter.name, source: .value($0)) }
            }
        }
    }

    // MARK: Values

    /// The values of the parameters in the order of declaration; `nil` for an optional one that is not given.
    ///
    /// - Throws: reason `missingParameter` or `invalidContent`, naming the parameter but never its value.
    func values(from given: [String: String]) throws(ProviderError) -> [String?] {
        var values: [String?] = []
        values.reserveCapacity(parameters.count)
        var used = 0
        // By index: a copy of each parameter would cost more than what is done with it.
        for index in parameters.indices {
            if let value = Self.value(of: parameters[index].name, in: given) {
                used += 1
                if !fits(value, index) { throw fault(of: value, parameters[index]) }
                values.append(value)
            } else if parameters[index].isRequired, parameters[index].defaultValue == nil {
                throw ProviderError(
                    .missingParameter, .rejected,
                    message: "template '\(name)' needs the parameter '\(parameters[index].name)'; give it a value")
            } else {
                values.append(parameters[index].defaultValue)
            }
        }
        if used != given.count { throw unknownParameter(in: given) }
        return values
    }

    /// Comparing a few short names is faster than hashing one.
    private static func value(of name: String, in given: [String: String]) -> String? {
        guard given.count <= 4 else { return given[name] }
        for (key, value) in given where key == name { return value }
        return nil
    }

    private func fits(_ value: String, _ index: Int) -> Bool {
        parameters[index].isShortEnough(value) && !value.utf8.contains(0)
            && parameters[index].pattern?.matches(value) != false
    }

    /// What is wrong with a value that does not fit.
    private func fault(of value: String, _ parameter: TemplateParameter) -> ProviderError {
        let fault =
            if let most = parameter.maxLength, !parameter.isShortEnough(value) {
                "has \(value.count) characters; at most \(most) are allowed"
            } else if value.utf8.contains(0) {
                "has a NUL character; remove it"
            } else {
                "does not match the pattern \(parameter.pattern.map(String.init(describing:)) ?? "")"
            }
        return ProviderError(
            .invalidContent, .rejected, message: "parameter '\(parameter.name)' of template '\(name)' \(fault)")
    }

    private func unknownParameter(in given: [String: String]) -> ProviderError {
        let unknown = given.keys.filter { indexes[$0] == nil }.sorted().map { "'\($0)'" }.joined(separator: ", ")
        let known = parameters.map(\.name).joined(separator: ", ")
        return ProviderError(
            .invalidContent, .rejected,
            message: "template '\(name)' has no parameter \(unknown); "
                + (known.isEmpty ? "it takes none" : "its parameters are: \(known)"))
    }

    // MARK: Texts and bindings

    /// The finished text for a locale, or for its parents, or the default text.
    func text(for locale: LocaleTag?, values: [String?]) -> String? {
        var candidate = locale
        while let tag = candidate {
            if let text = texts[tag] { return render(text, values) }
            candidate = tag.parent
        }
        return defaultText.map { render($0, values) }
    }

    private func render(_ text: TextTemplate, _ values: [String?]) -> String {
        text.rendered { name in indexes[name].flatMap { values[$0] } }
    }

    /// The language of the text for a locale; `nil` where that is the default text, or none.
    func textLocale(for locale: LocaleTag?) -> LocaleTag? {
        var candidate = locale
        while let tag = candidate, texts[tag] == nil { candidate = tag.parent }
        return candidate
    }

    /// Whether there is a text for a locale.
    func hasText(for locale: LocaleTag?) -> Bool { defaultText != nil || textLocale(for: locale) != nil }

    /// The choices of a provider's binding in order; none where it has no binding.
    func bindingChoices(of provider: ProviderName) -> [BindingChoice] { choices(of: provider).map(\.choice) }

    /// The first choice of a provider's binding that serves the country and the locale.
    func choice(for provider: ProviderName, country: CountryCode?, locale: LocaleTag?) -> CompiledChoice? {
        choices(of: provider).first { $0.choice.serves(country: country, locale: locale) }
    }

    private func choices(of provider: ProviderName) -> [CompiledChoice] {
        for binding in choices where binding.provider == provider { return binding.choices }
        return []
    }

    /// The parameters as the vendor's template calls them; without a binding, under their own names.
    func vendorParameters(_ choice: CompiledChoice?, values: [String?]) -> [ProviderContent.Parameter] {
        guard let choice else {
            return parameters.indices.compactMap { index in
                values[index].map { ProviderContent.Parameter(parameters[index].name, $0) }
            }
        }
        var bound: [ProviderContent.Parameter] = []
        bound.reserveCapacity(choice.parameters.count)
        for place in choice.parameters.indices {
            switch choice.parameters[place].source {
            case .constant(let value): bound.append(ProviderContent.Parameter(choice.parameters[place].name, value))
            case .value(let index):
                guard let value = values[index] else { continue }
                bound.append(ProviderContent.Parameter(choice.parameters[place].name, value))
            }
        }
        return bound
    }
}

extension CompiledTemplate.CompiledParameter: MaskedDescription {
    /// The vendor's name and where the value comes from; a constant may be a secret from outside.
    var description: String {
        switch source {
        case .value(let index): "\(name) from parameter \(index)"
        case .constant: "\(name), a constant"
        }
    }
}

extension TemplateParameter {
    fileprivate func isShortEnough(_ value: String) -> Bool {
        guard let maxLength else { return true }
        return value.utf8.count <= maxLength || value.count <= maxLength
    }
}

extension BindingChoice {
    func serves(country: CountryCode?, locale: LocaleTag?) -> Bool {
        guard countries.isEmpty || country.map(countries.contains) == true else { return false }
        guard !locales.isEmpty else { return true }
        var candidate = locale
        while let tag = candidate {
            if locales.contains(tag) { return true }
            candidate = tag.parent
        }
        return false
    }
}
