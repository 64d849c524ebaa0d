import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// Shows a signed call with everything hidden that is not for everyone.
///
/// Hidden by name, and what has no name here is shown: a test walks every parameter and header that we send.
enum CallPreview {
    /// The preview of a call: its headers and parameters, in the order in which they are sent.
    static func preview(
        _ call: RPCCall, signedBy signer: any RequestSigner, origin: String, stamp: RequestStamp,
        request: ProviderRequest
    ) -> RequestPreview {
        let fields = signer.plainFields(call, stamp).map { field in
            RequestPreview.Field(field.name, masked(field, request))
        }
        return RequestPreview(destination: "\(call.method.rawValue) \(origin)/", fields: fields)
    }

    private static let credentialPrefix = "ACS3-HMAC-SHA256 Credential="

    private static func masked(_ field: RPCParameter, _ request: ProviderRequest) -> String {
        switch field.name {
        case "PhoneNumbers": request.recipients.map(\.masked).joined(separator: ",")
        case "TemplateParam": Mask.parameters(request.content.parameters)
        case "AccessKeyId", "x-acs-accesskey-id": Mask.identifier(field.value)
        case "authorization": maskedAuthorization(field.value)
        // The body's hash gives the code and the number away to anyone who tries them all.
        case "Signature", "SecurityToken", "x-acs-security-token", "x-acs-content-sha256": Mask.hidden
        default: field.value
        }
    }

    /// `ACS3-HMAC-SHA256 Credential=LTAI***,SignedHeaders=host;…,Signature=***`.
    private static func maskedAuthorization(_ value: String) -> String {
        value.split(separator: ",").map { part in
            if part.hasPrefix("Signature=") { return "Signature=\(Mask.hidden)" }
            guard part.hasPrefix(credentialPrefix) else { return String(part) }
            return credentialPrefix + Mask.identifier(String(part.dropFirst(credentialPrefix.count)))
        }.joined(separator: ",")
    }
}
