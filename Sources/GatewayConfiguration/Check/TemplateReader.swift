import NotificationGateway

/// A template as the file describes it, with the places that later checks point to.
struct ReadTemplate {
    var template: Template
    var place: YAMLPlace
    /// Providers whose binding is there, right or wrong.
    var boundProviders: Set<ProviderName> = []
    /// Whether the category is what the file says.
    var isCategoryKnown = true
    /// Whether the parameters are what the file says.
    var areParametersKnown = true
    /// Whether the texts are what the file says.
    var areTextsWhole = true
    /// Whether `boundProviders` are what the file says.
    var areBindingsKnown = true
}

/// Reads `templates:`.
struct TemplateReader {
    let kinds: [ProviderKind]
    let providers: [ProviderName: ReadProvider]
    let values: ValueReader
    private var report: DiagnosticReport { values.report }

    init(kinds: [ProviderKind], providers: [ReadProvider], values: ValueReader) {
        self.kinds = kinds
        self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.values = values
    }

    func read(_ root: MappingReader) -> [ReadTemplate] {
        let section = FileShape.template(kinds)
        return root.entries("templates", of: "templates by name").compactMap { entry in
            MappingReader(entry.value, section, values, at: entry.keyPlace).map { read(entry, $0) }
        }
    }

    private func read(_ entry: YAMLNode.Entry, _ reader: MappingReader) -> ReadTemplate {
        var template = Template(name: TemplateName(rawValue: entry.key))
        let category = OptionField("category", .choice(FileShape.categories), help: "")
        let errors = report.errorCount
        template.category = reader.choice(category, as: Category.self) ?? .notification
        var read = ReadTemplate(template: template, place: entry.keyPlace)
        read.isCategoryKnown = report.errorCount == errors && !reader.isMisspelt("category")
        read.areParametersKnown = reader.names("parameters") != nil
        read.template.parameters = reader.entries("parameters", of: "parameters by name").map(parameter)
        let errorsBeforeTexts = report.errorCount
        read.template.texts = texts(reader, read)
        read.areTextsWhole = report.errorCount == errorsBeforeTexts && !reader.isMisspelt("text")
        read.template.recipientLimit = reader.recipientLimit()
        read.areBindingsKnown = reader.names("bindings") != nil
        for binding in reader.entries("bindings", of: "bindings by provider") { add(binding, to: &read) }
        return read
    }

    // MARK: Parameters

    private func parameter(_ entry: YAMLNode.Entry) -> TemplateParameter {
        if (try? TextTemplate("${\(entry.key)}")) == nil {
            report.error(entry.keyPlace, "a parameter's name is made of letters, digits, _, - and .")
        }
        var parameter = TemplateParameter(entry.key)
        if entry.value.isNull { return parameter }
        // It is there, whatever it is: a text that has it is not wrong.
        guard let reader = MappingReader(entry.value, FileShape.parameter, values) else { return parameter }
        if case .string(let value)? = reader.value(FileShape.defaultValue) {
            (parameter.defaultValue, parameter.isRequired) = (value, false)
        }
        if case .boolean(let isRequired)? = reader.value(FileShape.required) {
            if isRequired, parameter.defaultValue != nil, let node = reader["required"] {
                report.warning(
                    node.place, "a parameter with a default is never missing; remove 'required' or 'default'")
            }
            parameter.isRequired = isRequired
        }
        if case .integer(let most)? = reader.value(FileShape.maxLength) { parameter.maxLength = most }
        parameter.pattern = pattern(reader)
        checkDefault(of: parameter, reader)
        return parameter
    }

    private func pattern(_ reader: MappingReader) -> ParameterPattern? {
        guard let node = reader["pattern"], let source = reader.text(node, "pattern", expected: "a regular expression")
        else { return nil }
        do throws(ParameterPattern.Invalid) { return try ParameterPattern(source) } catch {
            report.error(node.place, "'pattern': \(error.description)")
            return nil
        }
    }

    private func checkDefault(of parameter: TemplateParameter, _ reader: MappingReader) {
        guard let value = parameter.defaultValue, let place = reader["default"]?.place else { return }
        if let most = parameter.maxLength, value.count > most {
            report.error(place, "'default' has \(value.count) characters, and max_length allows \(most)")
        }
        if let pattern = parameter.pattern, !pattern.matches(value) {
            report.error(place, "'default' does not match the parameter's own pattern \(quoted(pattern.source))")
        }
    }

    // MARK: Texts

    private func texts(_ reader: MappingReader, _ template: ReadTemplate) -> [LocalText] {
        guard let node = reader["text"] else { return [] }
        guard case .mapping(let entries) = node.content else {
            return text(node, template, reader).map { [LocalText(locale: nil, text: $0)] } ?? []
        }
        // Spellings of one language are different keys of the mapping.
        var seen: [LocaleTag: YAMLNode.Entry] = [:]
        return entries.compactMap { entry in
            let key = YAMLNode(.scalar(.init(text: entry.key, isPlain: false)), at: entry.keyPlace)
            let isDefault = entry.key == "default"
            let locale = isDefault ? nil : reader.locale(key, "text")
            guard isDefault || locale != nil else { return nil }
            if let locale, let first = seen[locale] {
                report.error(
                    entry.keyPlace,
                    "'text': \(quoted(entry.key)) is the same language as \(quoted(first.key)) in line "
                        + "\(first.keyPlace.line); remove one of them")
            } else if let locale {
                seen[locale] = entry
            }
            return text(entry.value, template, reader).map { LocalText(locale: locale, text: $0) }
        }
    }

    private func text(_ node: YAMLNode, _ template: ReadTemplate, _ reader: MappingReader) -> TextTemplate? {
        guard let source = reader.scalar(node, "text", expected: "a text with ${name} places") else { return nil }
        let known = template.template.parameters.map(\.name)
        for name in TextTemplate.parameterNames(in: source) where template.areParametersKnown && !known.contains(name) {
            report.error(
                node.place,
                "the text has ${\(name)}, and the template no parameter \(quoted(name))"
                    + NearestSpelling.hint(name, among: known, orElse: "declare it under 'parameters'"))
        }
        do throws(TextTemplate.Invalid) {
            let text = try TextTemplate(source)
            warnOfEscapes(text, known, node.place)
            return text
        } catch {
            report.error(node.place, "'text': \(error.description)")
            return nil
        }
    }

    /// `$${amount}` is how a price is written by who means `$` and the amount, and means the opposite.
    private func warnOfEscapes(_ text: TextTemplate, _ known: [String], _ place: YAMLPlace) {
        for case .literal(let literal) in text.segments {
            for name in known where literal.contains("${\(name)}") {
                report.warning(
                    place,
                    "$${\(name)} shows people the text ${\(name)}, not the parameter's value; "
                        + "write $$${\(name)} for a $ before the value")
            }
        }
    }

    // MARK: Bindings

    private func add(_ entry: YAMLNode.Entry, to read: inout ReadTemplate) {
        let name = ProviderName(rawValue: entry.key)
        read.boundProviders.insert(name)
        guard let provider = providers[name] else {
            // Where none can be read, that is reported already.
            let known = providers.keys.map(\.rawValue).sorted()
            if !known.isEmpty { report.error(entry.keyPlace, unknown("provider", entry.key, among: known)) }
            // Whoever is meant has a binding, and shall not be said to lack one.
            if let meant = NearestSpelling.of(entry.key, among: known) {
                read.boundProviders.insert(ProviderName(rawValue: meant))
            }
            return
        }
        guard let kind = provider.kind else { return }
        let nodes: [YAMLNode] = if case .sequence(let nodes) = entry.value.content { nodes } else { [entry.value] }
        if nodes.isEmpty {
            report.error(entry.value.place, "the binding is an empty list; describe at least one choice")
        }
        let reader = BindingReader(kind: kind, provider: provider, template: read, values: values)
        let choices = nodes.compactMap(reader.choice)
        // Without one that cannot be read, the others would seem to leave countries out.
        if choices.count == nodes.count { read.template.bindings[name] = Binding(choices: choices) }
        checkUse(of: nodes)
    }

    /// The first choice that fits is taken, so one without a condition ends the list.
    private func checkUse(of choices: [YAMLNode]) {
        guard let general = choices.firstIndex(where: BindingReader.servesAll) else { return }
        for choice in choices[(general + 1)...] {
            report.warning(
                choice.place,
                "this choice is never used: the one in line \(choices[general].place.line) serves every country and "
                    + "language; put that last")
        }
    }
}
