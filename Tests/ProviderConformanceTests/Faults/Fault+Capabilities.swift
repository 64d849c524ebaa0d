import HTTPTransport
import NotificationGateway
import ProviderConformance

extension Fault {
    private static let capabilities = ConformanceRule.named("capabilities are honest")
    private static let recipientLimit = ConformanceRule.named("recipient limit")
    private static let everyRecipient = ConformanceRule.named("every recipient")

    static let ofCapabilities = ofDeclarations + ofRecipients

    private static let ofDeclarations: [Fault] = [
        Fault("carries finished text that it does not declare", breaks: capabilities) {
            $0.refusal = { $0.content.template == nil ? nil : ModelProvider.refusal($0) }
        },
        Fault("carries a channel that it does not declare", breaks: capabilities) {
            $0.refusal = { $0.channel == .voice ? nil : ModelProvider.refusal($0) }
        },
        Fault("declares a channel that it does not have", breaks: capabilities) {
            $0.capabilities.channels.insert(.voice)
        },
        Fault("declares finished text and refuses it", breaks: capabilities) { $0.capabilities.content.insert(.text) },
        Fault("declares no template and carries one", breaks: capabilities, .named("preview")) {
            $0.capabilities.content = [.text]
        },
        Fault("gives another reason for what it does not declare", breaks: capabilities) {
            $0.refusesChannels { $0.reason = .invalidRequest }
        },
        Fault("leaves open whether what it does not declare was taken", breaks: capabilities) {
            $0.refusesChannels { $0.acceptance = .unknown }
        },
        Fault("refuses what it does not declare after the vendor has seen it", breaks: capabilities) {
            $0.refusal = { $0.channel == .sms ? ModelProvider.refusal($0) : nil }
            $0.receipt = { _, request throws(ProviderError) in
                if let error = ModelProvider.refusal(request) { throw error }
            }
        },
    ]

    private static let ofRecipients: [Fault] = [
        Fault("takes more recipients than it declares", breaks: recipientLimit) {
            $0.refusal = { $0.recipients.count > 3 ? nil : ModelProvider.refusal($0) }
        },
        Fault("takes fewer recipients than it declares", breaks: recipientLimit) {
            $0.refusal = { request in
                request.recipients.count == 3
                    ? ProviderError(.unsupported, .rejected, message: "too many recipients")
                    : ModelProvider.refusal(request)
            }
        },
        Fault("drops the recipients past its limit in silence", breaks: recipientLimit) {
            $0.refusal = { request in
                var request = request
                request.recipients = Array(request.recipients.prefix(3))
                return ModelProvider.refusal(request)
            }
            $0.fields = { fields, request in
                fields[1].value = request.recipients.prefix(3).map(\.address).joined(separator: ",")
            }
        },
        Fault(
            "sends to each of many recipients in a request of its own", breaks: recipientLimit, .named("own contents")
        ) {
            $0.exchange = { transport, request throws(HTTPFailure) in
                var response = HTTPResponse(status: 500, body: [])
                for part in parts(of: request) { response = try await transport.execute(part) }
                return response
            }
        },
        Fault("drops the last of many recipients", breaks: everyRecipient) {
            $0.fields = { fields, request in
                let most = max(1, request.recipients.count - 1)
                fields[1].value = request.recipients.prefix(most).map(\.address).joined(separator: ",")
            }
        },
        Fault("sends to the first of many recipients only", breaks: everyRecipient) {
            $0.fields = { $0[1].value = $1.recipients[0].address }
        },
        Fault("turns the order of recipients round", breaks: everyRecipient) {
            $0.fields = { $0[1].value = $1.recipients.reversed().map(\.address).joined(separator: ",") }
        },
        Fault("names a recipient twice", breaks: everyRecipient) {
            $0.fields = { fields, request in
                fields[1].value = (request.recipients + request.recipients.prefix(1)).map(\.address)
                    .joined(separator: ",")
            }
        },
    ]

    /// The request once for each address in it.
    private static func parts(of request: HTTPRequest) -> [HTTPRequest] {
        let lines = String(decoding: request.body, as: UTF8.self).split(separator: "\n")
        let addresses = lines.first { $0.hasPrefix("to: ") }?.dropFirst(4).split(separator: ",") ?? []
        return addresses.map { address in
            var part = request
            part.body = Array(lines.map { $0.hasPrefix("to: ") ? "to: \(address)\n" : "\($0)\n" }.joined().utf8)
            return part
        }
    }
}

extension Tampering {
    /// Refuses other channels in a way of its own.
    fileprivate mutating func refusesChannels(_ change: @escaping @Sendable (inout ProviderError) -> Void) {
        refusal = { request in
            guard var error = ModelProvider.refusal(request) else { return nil }
            if request.channel != .sms { change(&error) }
            return error
        }
    }
}
