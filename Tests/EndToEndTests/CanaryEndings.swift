import LoopbackServer
import NotificationGateway
import Testing

/// A way in which a message may end, with canaries in all that it says.
struct CanaryEnding: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The end in short, so that a test sees that it came about.
    var expected: String
    var vendor: CanaryVendor
    var mode = "live"
    var options: [String] = []
    var message = CanaryEnding.news
    /// Whether nobody listens where the vendor should be.
    var isRefused = false
    var send: @Sendable (Gateway, Message) async -> Delivery = { await $0.send($1) }

    init(
        _ name: String, _ expected: String, _ vendor: CanaryVendor = CanaryVendor(),
        _ change: (inout CanaryEnding) -> Void = { _ in }
    ) {
        (testDescription, self.expected, self.vendor) = (name, expected, vendor)
        change(&self)
    }

    static let parameters = ["name": Canary.name, "text": Canary.text]

    static let news = Message(
        id: "news-1", to: [.text("139 1726 0435")], template: "shipped", parameters: parameters,
        tags: [Tag(rawValue: Canary.tag)])

    static let code = Message(to: [.text(Canary.number)], template: "login-code", parameters: ["code": Canary.code])

    static let all: [CanaryEnding] = taken + refused + unknown + kept + refusedHere + elsewhere

    private static let taken: [CanaryEnding] = [
        CanaryEnding("taken", "accepted: ok done"),
        CanaryEnding("taken under signature v1", "accepted: ok done") { $0.options = ["signature: v1"] },
        CanaryEnding("taken through a proxy with a password", "accepted: ok done") {
            $0.options = [
                "proxy: \"http://user:${env:PROXY_PASSWORD}@127.0.0.1:PORT\"", "allow_plain_http: true",
            ]
        },
        CanaryEnding("a code that is taken", "accepted: ok done") { $0.message = code },
        CanaryEnding(
            "throttled", "rejected: throttled retry, throttled stop",
            CanaryVendor(send: .refuses("Throttling.User"))),
        CanaryEnding("own values for each", "accepted: ok done") {
            $0.message.recipients = [.text(Canary.number), .text("13817260436")]
            $0.message.individualParameters = [.text("13817260436"): ["text": Canary.text + Canary.code]]
        },
        CanaryEnding(
            "one number of many is refused", "rejected: invalid-recipient narrow, ok done, invalid-recipient stop",
            CanaryVendor(
                sendTo: [
                    "13817260436": .refuses(
                        "isv.MOBILE_NUMBER_ILLEGAL", Canary.echo(of: ["13817260436"], [Canary.name]))
                ])
        ) {
            $0.message.recipients = [.text(Canary.number), .text("13817260436")]
        },
    ]

    private static let refused: [CanaryEnding] = [
        CanaryEnding(
            "refused in JSON", "rejected: invalid-recipient stop",
            CanaryVendor(send: .refuses("isv.MOBILE_NUMBER_ILLEGAL"))),
        CanaryEnding(
            "refused with the number in the code", "rejected: vendor-error stop",
            CanaryVendor(send: .refuses("isv.\(Canary.number)-\(Canary.code)", Canary.echoOfCode))
        ) { $0.message = code },
        CanaryEnding(
            "refused in XML", "rejected: insufficient-balance stop",
            CanaryVendor(send: .markup("isv.AMOUNT_NOT_ENOUGH"))),
        CanaryEnding(
            "a code refused, abroad", "rejected: invalid-content stop",
            CanaryVendor(send: .refuses("isv.PARAM_LENGTH_LIMIT", Canary.echoAbroad))
        ) {
            $0.message = code
            $0.message.recipients = [.text(Canary.foreignNumber)]
        },
        CanaryEnding(
            "refused for its signature", "rejected: authentication-failed stop",
            CanaryVendor(send: .code("SignatureDoesNotMatch", message: "not matched: POST&%2F&" + Canary.echo))),
        CanaryEnding(
            "refused for its signature, without a colon", "rejected: authentication-failed stop",
            CanaryVendor(send: .refuses("SignatureDoesNotMatch"))),
        CanaryEnding(
            "refused for its time", "rejected: configuration stop",
            CanaryVendor(send: .refuses("InvalidTimeStamp.Expired"))),
    ]

    /// It may have been taken; what follows is what the vendor knows.
    private static let unknown: [CanaryEnding] = [
        CanaryEnding(
            "lost and found", "accepted: connection-lost reconcile done",
            CanaryVendor(send: .close, query: .records(["news-1-1"]))),
        CanaryEnding(
            "lost and not found", "rejected: connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .records([]))),
        CanaryEnding(
            "lost, and the question is refused", "uncertain: connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .refuses("isv.MOBILE_NUMBER_ILLEGAL"))),
        CanaryEnding(
            "lost, and the question is refused in XML", "uncertain: connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .markup("Forbidden.RAM"))),
        CanaryEnding(
            "lost, and the question is answered by a page", "uncertain: connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .page)),
        CanaryEnding(
            "lost, and the list cannot be read", "uncertain: connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .code("OK", message: Canary.echo))),
        CanaryEnding(
            "lost, and the question too", "uncertain: connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .close)),
        CanaryEnding(
            "half an answer", "uncertain: connection-lost reconcile stop",
            CanaryVendor(send: .half(Array(Canary.echo.utf8)))),
        CanaryEnding(
            "an answer that is no UTF-8", "uncertain: invalid-answer reconcile stop",
            CanaryVendor(send: .answer(Array(Canary.echo.utf8) + [0xFF, 0xC0]))),
        CanaryEnding(
            "JSON that is no UTF-8", "uncertain: invalid-answer reconcile stop",
            CanaryVendor(send: .answer(Array(#"{"Code":"OK","Message":""#.utf8) + Array(Canary.echo.utf8) + [0xFF]))),
        CanaryEnding("a page", "uncertain: vendor-error reconcile stop", CanaryVendor(send: .page)),
        CanaryEnding(
            "OK under another status", "uncertain: invalid-answer reconcile stop",
            CanaryVendor(send: .code("OK", message: Canary.echo, status: "500 Internal Server Error"))),
        CanaryEnding("silence", "uncertain: timed-out reconcile stop", CanaryVendor(send: .silence)) {
            $0.options = ["timeout: 100ms"]
        },
        CanaryEnding(
            "a lost code, sent again as it was", "uncertain: connection-lost retry, connection-lost reconcile stop",
            CanaryVendor(send: .close, query: .refuses("isv.OTHER", Canary.echoOfCode))
        ) {
            $0.options = ["replay_guard: codes"]
            $0.message = code
        },
        CanaryEnding("nobody listens", "rejected: unreachable retry, unreachable stop") { $0.isRefused = true },
    ]

    private static let kept: [CanaryEnding] = [
        CanaryEnding("cancelled", "uncertain: cancelled stop", CanaryVendor(send: .silence)) {
            let arrival = $0.vendor.arrival
            // Longer than a slow machine takes to hear of the arrival.
            $0.options = ["timeout: 30s"]
            $0.send = { gateway, message in
                let sending = Task { await gateway.send(message) }
                await arrival.wait()
                sending.cancel()
                return await sending.value
            }
        },
        CanaryEnding("sent a second time", "accepted: ok done") {
            $0.send = {
                _ = await $0.send($1)
                return await $0.send($1)
            }
        },
        CanaryEnding("another message under the same id", "rejected: ") {
            $0.send = {
                _ = await $0.send($1)
                var other = $1
                other.content = .template("shipped", parameters: ["name": Canary.name, "text": Canary.code])
                return await $0.send(other)
            }
        },
        CanaryEnding("one message too many", "rejected: ") {
            $0.message.content = .template("scarce", parameters: parameters)
            $0.message.id = nil
            $0.send = {
                _ = await $0.send($1)
                return await $0.send($1)
            }
        },
    ]

    private static let refusedHere: [CanaryEnding] = [
        CanaryEnding("a dry run", "dry-run: ") { $0.mode = "dry-run" },
        CanaryEnding("a dry run under signature v1", "dry-run: ") {
            $0.mode = "dry-run"
            $0.options = ["signature: v1"]
        },
        CanaryEnding("no time at all", "rejected: deadline-exceeded stop") { $0.message.deadline = .zero },
        CanaryEnding("expired", "rejected: ") { $0.message.expires = WallTime(secondsSinceEpoch: 1) },
        CanaryEnding("quiet hours", "rejected: ") { $0.message.content = .template("offered", parameters: parameters) },
        CanaryEnding("a value that does not fit", "rejected: ") {
            $0.message = code
            $0.message.content = .template("login-code", parameters: ["code": Canary.name])
        },
        CanaryEnding("a value that is missing", "rejected: ") {
            $0.message.content = .template("shipped", parameters: ["name": Canary.name])
        },
        CanaryEnding("an address that is none", "rejected: ") { $0.message.recipients = [.text("x" + Canary.number)] },
        CanaryEnding("a number that is none", "rejected: ") {
            $0.message.recipients = [.text(Canary.number + "00000000")]
        },
        CanaryEnding("a recipient whom no route takes", "rejected: ") { $0.message.recipients = ["+819012345678"] },
        CanaryEnding("a text for a vendor of templates", "rejected: unsupported stop") {
            $0.message.content = .text(Canary.text)
        },
    ]

    /// Other addresses, by providers that write down what they are given, masked.
    private static let addresses: [(channel: Channel, address: String)] = [
        (Channel.email, Canary.email), (.webhook, Canary.webhook), (.chat, Canary.chat), (.push, Canary.device),
    ]

    private static let elsewhere = addresses.map { channel, address in
        CanaryEnding("written down for \(channel.rawValue)", "accepted: ok done") {
            $0.message.channel = channel
            $0.message.recipients = [.text(address)]
            $0.message.content = .text(Canary.text + Canary.number)
        }
    }
}
