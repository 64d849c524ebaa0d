import HTTPProviderSupport
public import NotificationGateway

/// One message of a batch: unlike `SendSms`, each has a sign name and parameters of its own.
public struct DysmsBatchEntry: Sendable {
    /// The receiver.
    public var recipient: PhoneNumber
    /// The approved sign name, without 【】.
    public var signName: String
    /// The template's parameters.
    public var parameters: [ProviderContent.Parameter]
    /// Extension digits of the sender number, for replies.
    public var extendCode: String?

    /// Describes a message.
    public init(
        recipient: PhoneNumber, signName: String, parameters: [ProviderContent.Parameter] = [],
        extendCode: String? = nil
    ) {
        self.recipient = recipient
        self.signName = signName
        self.parameters = parameters
        self.extendCode = extendCode
    }
}

/// The operation `SendBatchSms`: one template for up to a hundred numbers, each with its own sign name and parameters.
///
/// The arrays travel in the form, the two plain parameters in the query, as the product's own client places them.
///
/// Source: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendbatchsms
struct SendBatchSms: Sendable {
    /// Most numbers in one request.
    static let maxRecipients = 100

    var phoneFormat: PhoneFormat

    /// The call for a batch.
    ///
    /// - Throws: acceptance `rejected`, for what is wrong before anything is sent.
    func call(
        for entries: [DysmsBatchEntry], templateCode: String, reference: String
    ) throws(ProviderError) -> RPCCall {
        guard (1...Self.maxRecipients).contains(entries.count) else {
            throw Self.invalid("SendBatchSms takes 1 to \(Self.maxRecipients) messages, not \(entries.count)")
        }
        guard !templateCode.isEmpty else { throw Self.invalid("the template code is empty") }
        guard reference.utf8.count < SendSms.outIDLimit else {
            throw Self.invalid("the reference has 256 bytes or more; shorten it")
        }
        guard !entries.contains(where: { $0.signName.isEmpty }) else {
            throw ProviderError(.configuration, .rejected, message: "a message of the batch has no sign name")
        }
        return RPCCall(
            "SendBatchSms",
            query: [RPCParameter("OutId", reference), RPCParameter("TemplateCode", templateCode)],
            body: .form(arrays(of: entries)))
    }

    private func arrays(of entries: [DysmsBatchEntry]) -> [RPCParameter] {
        var form = [
            RPCParameter(
                "PhoneNumberJson", Self.array(entries) { $0.appendJSONString(phoneFormat.text(of: $1.recipient)) }),
            RPCParameter("SignNameJson", Self.array(entries) { $0.appendJSONString($1.signName) }),
        ]
        if entries.contains(where: { $0.extendCode != nil }) {
            let codes = Self.array(entries) { $0.appendJSONString($1.extendCode ?? "") }
            form.append(RPCParameter("SmsUpExtendCodeJson", codes))
        }
        if entries.contains(where: { !$0.parameters.isEmpty }) {
            let parameters = Self.array(entries) { $0.appendTemplateParameters($1.parameters) }
            form.append(RPCParameter("TemplateParamJson", parameters))
        }
        return form
    }

    private static func array(
        _ entries: [DysmsBatchEntry], _ body: (inout ByteWriter, DysmsBatchEntry) -> Void
    ) -> String {
        var json = ByteWriter(capacity: 1_024)
        json.appendJSONArray(of: entries, body)
        return json.string
    }

    private static func invalid(_ message: String) -> ProviderError {
        ProviderError(.invalidRequest, .rejected, message: message)
    }
}
