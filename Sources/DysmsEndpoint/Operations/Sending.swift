import GatewayOutbox
import HTTPProviderSupport
import MessageAuthentication
import NotificationGateway

/// `SendSms` and `SendBatchSms`: what is asked for becomes messages, all of which are taken or none.
///
/// Sources: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms and
/// https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendbatchsms
struct Sending {
    /// Most numbers of a `SendSms`.
    static let mostNumbers = 1_000
    /// Most numbers of a `SendBatchSms`.
    static let mostInBatch = 100
    /// Most characters of an `OutId`.
    static let longestOutID = 255

    let settings: EndpointSettings
    let call: SignedCall

    private var identity: RequestIdentity { RequestIdentity(keyID: call.key.id, nonce: call.nonce) }

    // MARK: SendSms

    /// What a `SendSms` hands in: one message.
    func submission() throws(EndpointError) -> DeskSubmission {
        let phones = try call.parameters.required("PhoneNumbers")
        let sign = try call.parameters.required("SignName")
        let (code, template) = try template()
        let numbers = phones.split(separator: ",", omittingEmptySubsequences: false)
        guard numbers.count <= Self.mostNumbers else { throw .tooManyNumbers }
        var recipients: [Address] = []
        for number in numbers { recipients.append(try Self.address(String(number))) }
        let given = try TemplateParameters.read(call.parameters.filled("TemplateParam"))
        let message = Message(
            id: identity.messageID(0), to: Self.distinct(recipients), template: template.name,
            parameters: template.logicalParameters(given), category: template.category,
            tags: template.tags + (try tags(of: sign)))
        return try submission(of: [(message, sign)], code)
    }

    // MARK: SendBatchSms

    private struct Item {
        var address: Address
        var sign: String
        var parameters: [String: String]
    }

    /// What a `SendBatchSms` hands in: a message for each sign name, and another one wherever a number comes again.
    func batchSubmission() throws(EndpointError) -> DeskSubmission {
        let (code, template) = try template()
        var groups: [(sign: String, items: [Item], seen: Set<Address>)] = []
        for item in try items(template) {
            let known = groups.firstIndex {
                $0.sign.utf8.elementsEqual(item.sign.utf8) && !$0.seen.contains(item.address)
            }
            if let known {
                groups[known].items.append(item)
                groups[known].seen.insert(item.address)
            } else {
                groups.append((item.sign, [item], [item.address]))
            }
        }
        var messages: [(Message, String)] = []
        for (place, group) in groups.enumerated() {
            let individual = group.items.contains { !$0.parameters.isEmpty }
            let message = Message(
                id: identity.messageID(place), to: group.items.map(\.address), template: template.name,
                category: template.category, tags: template.tags + (try tags(of: group.sign)),
                individualParameters: individual
                    ? Dictionary(group.items.map { ($0.address, $0.parameters) }) { first, _ in first } : [:])
            messages.append((message, group.sign))
        }
        return try submission(of: messages, code)
    }

    private func items(_ template: EndpointTemplate) throws(EndpointError) -> [Item] {
        let phones = try TemplateParameters.readTexts(try call.parameters.required("PhoneNumberJson"))
        let signs = try TemplateParameters.readTexts(try call.parameters.required("SignNameJson"))
        var parameters: [[String: String]] = phones.map { _ in [:] }
        if let text = call.parameters.filled("TemplateParamJson") {
            parameters = try TemplateParameters.readObjects(text)
        }
        var extendCodes = phones
        if let text = call.parameters.filled("SmsUpExtendCodeJson") {
            extendCodes = try TemplateParameters.readTexts(text)
        }
        guard phones.count <= Self.mostInBatch else { throw .tooManyNumbers }
        guard !phones.isEmpty, [signs.count, parameters.count, extendCodes.count].allSatisfy({ $0 == phones.count })
        else { throw .invalidParameters }
        var items: [Item] = []
        for place in phones.indices {
            items.append(
                Item(
                    address: try Self.address(phones[place]), sign: signs[place],
                    parameters: template.logicalParameters(parameters[place])))
        }
        return items
    }

    // MARK: What both share

    private func submission(of messages: [(Message, String)], _ code: String) throws(EndpointError) -> DeskSubmission {
        let outID = call.parameters.filled("OutId")
        if let outID, outID.unicodeScalars.count > Self.longestOutID { throw .tooLong }
        let bizID = identity.bizID
        return DeskSubmission(
            tenant: call.key.tenant, identity: identity, messages: messages.map(\.0),
            echoes: messages.map { SubmissionEcho(bizID: bizID, templateCode: code, signName: $0.1, outID: outID) },
            fingerprint: fingerprint)
    }

    private func template() throws(EndpointError) -> (code: String, template: EndpointTemplate) {
        let code = try call.parameters.required("TemplateCode")
        guard call.key.templates?.contains(code) ?? true, let template = settings.templates[code] else {
            throw .illegalTemplate
        }
        return (code, template)
    }

    private func tags(of sign: String) throws(EndpointError) -> [Tag] {
        guard !sign.isEmpty else { throw .illegalSign }
        guard let known = settings.signNames else { return [] }
        guard let tags = known[sign] else { throw .illegalSign }
        return tags
    }

    private static func address(_ text: String) throws(EndpointError) -> Address {
        .recipient(.phone(try VendorNumber.read(text)))
    }

    /// Each address once, where it stands first.
    private static func distinct(_ addresses: [Address]) -> [Address] {
        var seen: Set<Address> = []
        return addresses.filter { seen.insert($0).inserted }
    }

    /// Over what is asked for, not over when and how it was signed: another request under the same nonce has another one.
    private var fingerprint: RequestFingerprint {
        let stamps = [
            "AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureType", "SignatureVersion",
            "Timestamp",
        ]
        var text = ByteWriter(capacity: 1_024)
        text.append(call.action)
        for parameter in call.parameters.parameters where !stamps.contains(parameter.name) {
            text.append("&")
            text.appendPercentEncoded(parameter.name)
            text.append("=")
            text.appendPercentEncoded(parameter.value)
        }
        let digest = text.withUnsafeBytes { MessageDigest.digest(of: $0, by: .sha256) }
        return RequestFingerprint(rawValue: digest.hexLowercase)
    }
}
