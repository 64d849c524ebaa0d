import HTTPProviderSupport
import NotificationGateway

/// The operation `SendSms`: one content for up to a thousand numbers.
///
/// Source: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms
struct SendSms: Sendable {
    /// Most numbers in one request.
    static let maxRecipients = 1_000
    /// An `OutId` must be shorter.
    static let outIDLimit = 256

    /// The sign name where a binding has none.
    var signName: String?
    /// The spelling of numbers.
    var phoneFormat: PhoneFormat

    /// The call for a request; one that says something of its own to each number is one of `SendBatchSms`. Else every business parameter travels in the form body, so that no number stands in a URL.
    ///
    /// - Throws: acceptance `rejected`, for what is wrong before anything is sent.
    func call(for request: ProviderRequest) throws(ProviderError) -> RPCCall {
        let numbers = try Self.numbers(of: request)
        guard let template = Self.filled(request.content.binding.string(BindingFields.templateCode)) else {
            guard request.content.template != nil else {
                throw ProviderError(
                    .unsupported, .rejected, message: "Dysms fills its own templates only; it takes no finished text")
            }
            throw Self.misconfigured("the template's binding has no template_code; give it the vendor's code, SMS_…")
        }
        guard let sign = Self.filled(request.content.binding.string(BindingFields.signName)) ?? Self.filled(signName)
        else { throw Self.misconfigured("there is no sign_name, neither in the provider's options nor in the binding") }
        guard request.reference.utf8.count < Self.outIDLimit else {
            throw ProviderError(
                .invalidRequest, .rejected, message: "the reference has 256 bytes or more; shorten the id")
        }
        guard request.individualContents.isEmpty else {
            return try batch(of: request, to: numbers, template: template, sign: sign)
        }
        // In the order of signing, which saves sorting.
        var form: [RPCParameter] = []
        form.reserveCapacity(6)
        form.append(RPCParameter("OutId", request.reference))
        form.append(RPCParameter("PhoneNumbers", joined(numbers)))
        form.append(RPCParameter("SignName", sign))
        if let code = Self.filled(request.content.binding.string(BindingFields.extendCode)) {
            form.append(RPCParameter("SmsUpExtendCode", code))
        }
        form.append(RPCParameter("TemplateCode", template))
        if !request.content.parameters.isEmpty {
            var json = ByteWriter(capacity: 128)
            json.appendTemplateParameters(request.content.parameters)
            form.append(RPCParameter("TemplateParam", json.string))
        }
        return RPCCall("SendSms", orderedForm: form)
    }

    private func batch(
        of request: ProviderRequest, to numbers: [PhoneNumber], template: String, sign: String
    ) throws(ProviderError) -> RPCCall {
        guard request.individualContents.count == numbers.count else {
            throw ProviderError(
                .invalidRequest, .rejected,
                message: "there are \(request.individualContents.count) contents for \(numbers.count) numbers")
        }
        let code = Self.filled(request.content.binding.string(BindingFields.extendCode))
        let entries = zip(numbers, request.individualContents).map { number, content in
            DysmsBatchEntry(
                recipient: number, signName: sign, parameters: content.parameters, extendCode: code)
        }
        return try SendBatchSms(phoneFormat: phoneFormat)
            .call(for: entries, templateCode: template, reference: request.reference)
    }

    private func joined(_ numbers: [PhoneNumber]) -> String {
        if numbers.count == 1 { return phoneFormat.text(of: numbers[0]) }
        var list = ByteWriter(capacity: numbers.count * 12)
        for (index, number) in numbers.enumerated() {
            if index > 0 { list.append(UInt8(ascii: ",")) }
            list.append(phoneFormat.text(of: number))
        }
        return list.string
    }

    private static func numbers(of request: ProviderRequest) throws(ProviderError) -> [PhoneNumber] {
        guard request.channel == .sms else {
            throw ProviderError(.unsupported, .rejected, message: "Dysms carries text messages only (channel sms)")
        }
        guard (1...maxRecipients).contains(request.recipients.count) else {
            throw ProviderError(
                .unsupported, .rejected,
                message: "SendSms takes 1 to \(maxRecipients) numbers, not \(request.recipients.count)")
        }
        var numbers: [PhoneNumber] = []
        numbers.reserveCapacity(request.recipients.count)
        for recipient in request.recipients {
            guard case .phone(let number) = recipient else {
                throw ProviderError(.unsupported, .rejected, message: "Dysms sends to phone numbers only")
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func misconfigured(_ message: String) -> ProviderError {
        ProviderError(.configuration, .rejected, message: message)
    }

    /// The vendor counts an empty value as missing.
    static func filled(_ text: String?) -> String? { text?.isEmpty == false ? text : nil }
}
