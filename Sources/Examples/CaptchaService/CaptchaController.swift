import Hummingbird
import NotificationGateway

/// `GET /sms_captcha/?phone=…`: makes a code of its own, sends it, and lets a number ask once a minute.
struct CaptchaController {
    struct Answer: ResponseEncodable {
        /// `null` where nobody knows.
        var sent: Bool?
        var message: String
        var id: String?

        enum CodingKeys: CodingKey { case sent, message, id }

        /// Says `null` rather than leave `sent` out: a key that is missing would look like a slip.
        func encode(to encoder: any Encoder) throws {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(sent, forKey: .sent)
            try object.encode(message, forKey: .message)
            try object.encodeIfPresent(id, forKey: .id)
        }
    }

    private let send: @Sendable (Message) async -> Delivery
    private let defaultCountry: @Sendable () -> CountryCode?
    private let codes: CodeBook

    /// Both closures are asked for each message: the configuration may have changed since the last one.
    init(
        defaultCountry: @escaping @Sendable () -> CountryCode?, clock: any GatewayClock = SystemClock(),
        send: @escaping @Sendable (Message) async -> Delivery
    ) {
        self.send = send
        self.defaultCountry = defaultCountry
        codes = CodeBook(clock: clock)
    }

    func addRoutes(to router: Router<some RequestContext>) {
        router.get("/sms_captcha") { request, _ in await answer(request) }
    }

    private func answer(_ request: Request) async -> EditedResponse<Answer> {
        guard let text = request.uri.queryParameters["phone"].map(String.init) else {
            return refuse(.badRequest, "give the number as ?phone=13800138000")
        }
        let number: PhoneNumber
        do throws(PhoneNumber.Invalid) {
            number = try PhoneNumber(parsing: text, defaultCountry: defaultCountry())
        } catch {
            return refuse(.badRequest, error.description)
        }
        guard let code = await codes.issue(to: number) else {
            return refuse(.tooManyRequests, "a number gets one code a minute; try again later")
        }
        let delivery = await send(
            Message(to: [.recipient(.phone(number))], template: "login-code", parameters: ["code": code]))
        return await answer(delivery, number)
    }

    private func answer(_ delivery: Delivery, _ number: PhoneNumber) async -> EditedResponse<Answer> {
        switch delivery.outcome {
        case .rejected:
            // Surely not sent: the number may ask again at once.
            await codes.withdraw(from: number)
            let reason = delivery.recipients.first?.error?.reason
            return refuse(
                reason == .invalidRecipient ? .badRequest : .serviceUnavailable,
                "the code was not sent: \(reason?.rawValue ?? "unknown")")
        case .dryRun: return answer(.ok, sent: false, "a dry run: the code was made and not sent", delivery)
        case .uncertain:
            return answer(
                .accepted, sent: nil, "the code may be on its way; wait a minute before you ask for another", delivery)
        case .accepted: return answer(.ok, sent: true, "the code is on its way", delivery)
        }
    }

    private func answer(
        _ status: HTTPResponse.Status, sent: Bool?, _ message: String, _ delivery: Delivery
    ) -> EditedResponse<Answer> {
        EditedResponse(
            status: status, response: Answer(sent: sent, message: message, id: delivery.messageID.rawValue))
    }

    private func refuse(_ status: HTTPResponse.Status, _ message: String) -> EditedResponse<Answer> {
        EditedResponse(status: status, response: Answer(sent: false, message: message, id: nil))
    }
}

/// The codes that were issued within the last minute.
actor CodeBook {
    private struct Entry {
        var code: String
        var issued: MonotonicTime
    }

    private static let pause = Duration.seconds(60)
    private let clock: any GatewayClock
    private var entries: [PhoneNumber: Entry] = [:]
    private var swept: MonotonicTime

    init(clock: any GatewayClock) {
        self.clock = clock
        swept = clock.now
    }

    /// A fresh random code, or `nil` when the number got one less than a minute ago.
    func issue(to number: PhoneNumber) -> String? {
        let now = clock.now
        sweep(now)
        if let entry = entries[number], now - entry.issued < Self.pause { return nil }
        let code = String(UInt32.random(in: 100_000...999_999))
        entries[number] = Entry(code: code, issued: now)
        return code
    }

    func withdraw(from number: PhoneNumber) {
        entries[number] = nil
    }

    /// Old entries are dropped once a minute, so that the book never holds more than two minutes of numbers.
    private func sweep(_ now: MonotonicTime) {
        guard now - swept >= Self.pause else { return }
        entries = entries.filter { now - $0.value.issued < Self.pause }
        swept = now
    }
}
