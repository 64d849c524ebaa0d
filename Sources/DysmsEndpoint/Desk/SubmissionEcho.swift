import HTTPProviderSupport
public import NotificationGateway

/// What a caller said when it handed a message in and wants to hear again.
///
/// Its text is kept as the entry's `reference`. The default description is masked.
public struct SubmissionEcho: Sendable, Hashable {
    /// The answer's `BizId`.
    public var bizID: String
    /// The vendor's template code.
    public var templateCode: String
    /// The sign name.
    public var signName: String
    /// The caller's `OutId`.
    public var outID: String?

    /// Describes an echo.
    public init(bizID: String, templateCode: String, signName: String, outID: String? = nil) {
        self.bizID = bizID
        self.templateCode = templateCode
        self.signName = signName
        self.outID = outID
    }

    /// Reads ``text``; `nil` for any other text.
    public init?(text: String) {
        guard let document = try? JSONValue(parsing: Array(text.utf8)), let bizID = document["biz_id"]?.string,
            let templateCode = document["template_code"]?.string, let signName = document["sign_name"]?.string
        else { return nil }
        self.init(
            bizID: bizID, templateCode: templateCode, signName: signName, outID: document["out_id"]?.string)
    }

    /// The echo as JSON.
    public var text: String {
        var writer = ByteWriter()
        var fields = [("biz_id", bizID), ("template_code", templateCode), ("sign_name", signName)]
        if let outID { fields.append(("out_id", outID)) }
        writer.append("{")
        for (index, field) in fields.enumerated() {
            if index > 0 { writer.append(",") }
            writer.appendJSONString(field.0)
            writer.append(":")
            writer.appendJSONString(field.1)
        }
        writer.append("}")
        return writer.string
    }
}

extension SubmissionEcho: MaskedDescription {
    /// The id of the request and the template code.
    public var description: String { "\(bizID), \(templateCode)" }
}
