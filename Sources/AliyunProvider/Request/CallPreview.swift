import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// Shows a signed call with everything hidden that is not for everyone.
///
/// Hidden by name, and what has no name here is shown: a test walks every parameter and header that we send.
enum CallPreview {
    /// The preview of a call: its headers and parameters, in the order in which they are sent.
    static func preview(
        _ call: RPCCall, by client: DysmsClient, stamp: RequestStamp, request: ProviderRequest
    ) -> RequestPreview {
        let endpoint = client.settings.endpoint
        // The transport makes this header of the URL; it is sent like the others, and signature V3 covers it.
        let host = RPCParameter("host", endpoint.authority)
        let fields = ([host] + client.signer.plainFields(call, stamp)).map { field in
            RequestPreview.Field(field.name, masked(field, request, client.phoneFormat))
        }
        return RequestPreview(destination: "\(call.method.rawValue) \(endpoint.origin)/", fields: fields)
    }

    private static let credentialPrefix = "ACS3-HMAC-SHA256 Credential="

    private static func masked(_ field: RPCParameter, _ request: ProviderRequest, _ format: PhoneFormat) -> String {
        switch field.name {
        case "PhoneNumbers": request.recipients.map { masked($0, format) }.joined(separator: ",")
        case "PhoneNumberJson": list(request.recipients.map { "\"\(masked($0, format))\"" })
        case "TemplateParam": Mask.parameters(request.content.parameters)
        case "TemplateParamJson": list(request.individualContents.map { Mask.parameters($0.parameters) })
        case "AccessKeyId", "x-acs-accesskey-id": Mask.identifier(field.value)
        case "authorization": maskedAuthorization(field.value)
        // The body's hash gives the code and the number away to anyone who tries them all.
        case "Signature", "SecurityToken", "x-acs-security-token", "x-acs-content-sha256": Mask.hidden
        default: field.value
        }
    }

    private static func list(_ parts: [String]) -> String { "[\(parts.joined(separator: ","))]" }

    private static func masked(_ recipient: Recipient, _ format: PhoneFormat) -> String {
        if case .phone(let number) = recipient { format.masked(number) } else { recipient.masked }
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
