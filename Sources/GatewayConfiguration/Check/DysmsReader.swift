import NotificationGateway

/// Reads `dysms:` of the server.
struct DysmsReader {
    /// `nil` where they cannot be read, which is reported already.
    let templates: [TemplateName]?
    let values: ValueReader
    private var report: DiagnosticReport { values.report }

    func read(_ server: MappingReader) -> ServerSettings.Dysms? {
        guard let node = server["dysms"], let reader = MappingReader(node, ServerShape.dysms, values) else {
            return nil
        }
        var dysms = ServerSettings.Dysms()
        if let node = reader["listen"], case .string(let text)? = reader.value(ServerShape.ownListen) {
            dysms.listen = ServerSettings.ListenAddress(text)
            if dysms.listen == nil {
                report.error(
                    node.place,
                    "'listen': expected host and port such as 127.0.0.1:8081 or [::1]:8081"
                        + (node.hasReference ? "" : ", found \(quoted(text))"))
            }
        }
        for entry in reader.entries("access_keys", of: "access keys by id") {
            dysms.accessKeys[entry.key] = accessKey(entry)
        }
        for entry in reader.entries("templates", of: "templates by code") {
            dysms.templates[entry.key] = mapping(entry)
        }
        dysms.signNames = reader.list("sign_names").compactMap { reader.text($0, "sign_names") }
        return dysms
    }

    private func accessKey(_ entry: YAMLNode.Entry) -> ServerSettings.Dysms.AccessKey? {
        guard let reader = MappingReader(entry.value, ServerShape.accessKey, values, at: entry.keyPlace),
            case .secret(let secret)? = reader.value(ServerShape.accessSecret)
        else { return nil }
        if secret.isEmpty, let node = reader["secret"] {
            report.error(node.place, "'secret' is empty; anyone could sign with it")
        }
        var tenant = "default"
        if case .string(let name)? = reader.value(ServerShape.tenant) { tenant = name }
        return ServerSettings.Dysms.AccessKey(secret: secret, tenant: tenant)
    }

    private func mapping(_ entry: YAMLNode.Entry) -> ServerSettings.Dysms.TemplateMapping? {
        guard case .mapping = entry.value.content else {
            guard let name = values.value(entry.value, of: OptionField("template", .string, help: "")),
                case .string(let text) = name
            else { return nil }
            return known(text, entry.value).map { ServerSettings.Dysms.TemplateMapping(template: $0) }
        }
        guard let reader = MappingReader(entry.value, ServerShape.templateMapping, values, at: entry.keyPlace),
            let node = reader["template"], let text = reader.text(node, "template"), let name = known(text, node)
        else { return nil }
        var mapping = ServerSettings.Dysms.TemplateMapping(template: name)
        for parameter in reader.entries("parameters", of: "parameters by the caller's name") {
            mapping.parameters[parameter.key] = reader.text(parameter.value, "parameters")
        }
        return mapping
    }

    private func known(_ text: String, _ node: YAMLNode) -> TemplateName? {
        let name = TemplateName(rawValue: text)
        guard let templates, !templates.contains(name) else { return name }
        report.error(node.place, unknown("template", text, among: templates.map(\.rawValue)))
        return nil
    }
}
