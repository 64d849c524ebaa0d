import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// Text messages through PostBox, which takes them one at a time, as JSON.
struct PostBoxProvider: MessageProvider {
    let capabilities = Capabilities(channels: [.sms], content: [.text])
    let statusLookup: (any StatusLookup)? = nil
    let receiptReader: (any ReceiptReader)? = nil
    let endpoint: HTTPEndpoint
    let token: Secret
    let clock: any GatewayClock
    let transport: any HTTPTransport

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        let letter = try Letter(request)
        let call = HTTPRequest(
            method: .post, url: "\(endpoint)/messages",
            headers: [.init("Authorization", "Bearer \(token.reveal())"), .init("Content-Type", "application/json")],
            body: letter.json, timeout: request.deadline - clock.now)
        let response: HTTPResponse
        do { response = try await transport.execute(call) } catch { throw ProviderError(error) }
        var redaction = TextRedaction()
        redaction.hide(token.reveal())
        redaction.hide(request.personalData)
        return try PostBoxAnswer(response: response).receipt(redaction)
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        let letter = try Letter(request)
        return RequestPreview(
            destination: "POST \(endpoint)/messages",
            fields: [
                .init("Authorization", "Bearer \(Mask.hidden)"), .init("Content-Type", "application/json"),
                .init("to", letter.number.masked), .init("text", Mask.hidden), .init("reference", letter.reference),
            ])
    }

    func shutdown() async { await transport.shutdown(grace: .seconds(2)) }
}

/// What a request says, once it is clear that PostBox can carry it.
private struct Letter {
    var number: PhoneNumber
    var text: String
    var reference: String

    init(_ request: ProviderRequest) throws(ProviderError) {
        guard request.channel == .sms, request.recipients.count == 1, let text = request.content.text,
            case .phone(let number)? = request.recipients.first
        else { throw ProviderError(.unsupported, .rejected, message: "PostBox takes a text for one phone number") }
        (self.number, self.text, reference) = (number, text, request.reference)
    }

    var json: [UInt8] {
        var json = ByteWriter()
        for (name, value) in [(#"{"to":"#, number.e164), (#","text":"#, text), (#","reference":"#, reference)] {
            json.append(name)
            json.appendJSONString(value)
        }
        json.append("}")
        return json.array
    }
}
