import NotificationGateway

/// Reads `webhooks:` of the server.
struct WebhookReader {
    let values: ValueReader
    private var report: DiagnosticReport { values.report }

    func read(_ server: MappingReader) -> [ServerSettings.Webhook] {
        server.entries("webhooks", of: "webhooks by name").compactMap(webhook)
    }

    private func webhook(_ entry: YAMLNode.Entry) -> ServerSettings.Webhook? {
        guard let reader = MappingReader(entry.value, ServerShape.webhook, values, at: entry.keyPlace) else {
            return nil
        }
        let secrets = reader.list("secret").compactMap { secret($0) }
        var webhook = ServerSettings.Webhook(name: entry.key, url: "", secrets: secrets)
        if case .string(let url)? = reader.value(ServerShape.url) { webhook.url = url }
        if let node = reader["url"], let fault = Self.fault(of: webhook.url, isPrivate: reader["allow"] != nil) {
            report.error(node.place, "'url': \(fault)")
        }
        webhook.events = words(ServerShape.events, reader)
        webhook.tenants = words(ServerShape.tenants, reader)
        webhook.allowedNetworks = reader.list("allow").compactMap { network($0) }
        if case .string("full")? = reader.value(ServerShape.recipients) { webhook.revealsRecipients = true }
        return webhook.url.isEmpty || secrets.isEmpty ? nil : webhook
    }

    private static func fault(of url: String, isPrivate: Bool) -> String? {
        if url.hasPrefix("http://"), !isPrivate {
            return "expected https://; http:// is taken for a private network that 'allow' names"
        }
        guard url.isEmpty || url.hasPrefix("https://") || url.hasPrefix("http://") else {
            return "expected a URL that begins with https:// or http://"
        }
        let authority = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        return authority.contains("@") ? "expected no user and password; the signature proves who calls" : nil
    }

    private func words(_ field: OptionField, _ reader: MappingReader) -> [String] {
        reader.list(field.name).compactMap { node in
            if case .string(let word)? = values.value(node, of: field) { word } else { nil }
        }
    }

    /// A secret in the form of the Standard Webhooks: what receivers' libraries take.
    private func secret(_ node: YAMLNode) -> Secret? {
        guard case .secret(let secret)? = values.value(node, of: ServerShape.secret) else { return nil }
        let text = secret.reveal()
        if text == ValueReader.placeholder { return secret }
        let bytes = text.hasPrefix("whsec_") ? Self.base64Length(text.dropFirst(6)) : nil
        guard let bytes, 24...64 ~= bytes else {
            report.error(node.place, "'secret': expected whsec_ and 24 to 64 random bytes in base64")
            return nil
        }
        return secret
    }

    /// How many bytes a text stands for; `nil` when it is no base64.
    private static func base64Length(_ text: Substring) -> Int? {
        let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let digits = text.utf8.dropLast(padding)
        let isBase64 = digits.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "/")
        }
        guard isBase64, padding <= 2, text.utf8.count % 4 == 0 else { return nil }
        return text.utf8.count / 4 * 3 - padding
    }

    /// `10.1.2.3` or `10.0.0.0/8`, `fd00::/8`; the transport reads it whole.
    private func network(_ node: YAMLNode) -> String? {
        guard case .string(let text)? = values.value(node, of: ServerShape.allow) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isAddress = parts[0].utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: ":")
        }
        let isLength = parts.count == 1 || parts.count == 2 && Int(parts[1]).map { 0...128 ~= $0 } == true
        guard isAddress, isLength, parts[0].contains(".") || parts[0].contains(":") else {
            report.error(
                node.place,
                "'allow': expected an IP address or a network such as 10.1.0.0/16"
                    + (node.hasReference ? "" : ", found \(quoted(text))"))
            return nil
        }
        return text
    }
}
