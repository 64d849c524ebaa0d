import Foundation
import Synchronization

/// Everything that changes while the sandbox runs.
actor SandboxState {
    private let configuration: SandboxConfiguration
    private let signatures: SignatureCheck
    private var service: SMSService
    private var rules: [(rule: ScriptRule, seen: Int)] = []
    /// Whether a rule may act on heads. Most scripts have none, and asking would cost each request one more switch of
    /// threads.
    nonisolated let judgesHeads = Atomic<Bool>(false)
    private var nonces: Set<String> = []
    private var nonceOrder: [String] = []
    private(set) var requests: [RecordedRequest] = []
    private var waiting: [(count: Int, continuation: CheckedContinuation<[RecordedRequest], Never>)] = []

    private static let mostNonces = 100_000
    private static let mostRequests = 100_000

    init(_ configuration: SandboxConfiguration) {
        self.configuration = configuration
        let accounts = configuration.accounts.map { ($0.accessKeyID, $0) }
        signatures = SignatureCheck(
            accounts: Dictionary(accounts, uniquingKeysWith: { $1 }), now: configuration.now)
        service = SMSService(templates: configuration.templates)
    }

    var inbox: [InboxMessage] { service.messages }

    func script(_ rules: [ScriptRule]) {
        self.rules = rules.map { ($0, 0) }
        judgesHeads.store(rules.contains { $0.answer.close == .beforeReading }, ordering: .releasing)
    }

    /// Lets go of everybody who waits for requests that will not come.
    func stop() {
        for (_, continuation) in waiting { continuation.resume(returning: requests) }
        waiting = []
    }

    func reset() {
        script([])
        requests = []
        nonces = []
        nonceOrder = []
        service.clear()
    }

    // MARK: Requests

    /// The requests as soon as there are so many.
    func requests(atLeast count: Int) async -> [RecordedRequest] {
        if requests.count >= count { return requests }
        return await withCheckedContinuation { waiting.append((count, $0)) }
    }

    private func wakeWaiting() {
        guard !waiting.isEmpty else { return }
        for (count, continuation) in waiting where count <= requests.count { continuation.resume(returning: requests) }
        waiting.removeAll { $0.count <= requests.count }
    }

    func handle(_ request: ReceivedRequest) -> Verdict {
        if request.path != "/" { return .reply(administer(request), after: nil) }
        var record = RecordedRequest(request)
        let verdict = judge(request, &record)
        keep(record)
        return verdict
    }

    /// Whether the connection ends now that the head of a request has come, its body unread.
    func endsBeforeReading(_ head: ReceivedRequest) -> Bool {
        guard head.path == "/", closesBeforeReading(head) else { return false }
        var record = RecordedRequest(head)
        record.answer = "closed \(ScriptRule.Close.beforeReading.rawValue)"
        keep(record)
        return true
    }

    private func keep(_ record: RecordedRequest) {
        requests.append(record)
        wakeWaiting()
        if requests.count > 2 * Self.mostRequests { requests.removeFirst(requests.count - Self.mostRequests) }
    }

    private func administer(_ request: ReceivedRequest) -> Reply {
        switch (request.method, request.path) {
        case ("GET", "/inbox"): return .json(service.messages)
        case ("GET", "/requests"): return .json(requests)
        case ("DELETE", "/inbox"):
            service.clear()
            return .json(["cleared": true])
        case ("POST", "/script"):
            do {
                script(try ScriptRule.parse(Data(request.body)))
                return .json(["rules": rules.count])
            } catch {
                return .json(["error": "\(error)"], status: 400)
            }
        default:
            return .json(["error": "there are GET and DELETE /inbox, GET /requests, POST /script"], status: 404)
        }
    }

    private func judge(_ request: ReceivedRequest, _ record: inout RecordedRequest) -> Verdict {
        let scripted = matchingAnswer(request)
        let answer = scripted ?? ScriptRule.Answer()
        if let close = answer.close, close != .afterTaking {
            record.answer = "closed \(close.rawValue)"
            return .close
        }
        var format = (Self.value("Format", nil, in: request) ?? "JSON").uppercased()
        var reply: Reply
        do throws(VendorFault) {
            let authenticated = try authenticate(request)
            format = authenticated.format
            if let refusal = answer.refusal { throw refusal }
            let fields = try service.perform(authenticated, at: configuration.now())
            record.answer = "OK"
            reply = .vendor(
                fields.merging(["Code": "OK", "Message": "OK", "RequestId": UUID().uuidString]) { $1 },
                root: "\(authenticated.action)Response", format: format, status: answer.httpStatus ?? 200)
        } catch {
            record.answer = error.code
            reply = refuse(error, request, format)
        }
        return finish(&reply, answer, &record)
    }

    private func finish(_ reply: inout Reply, _ answer: ScriptRule.Answer, _ record: inout RecordedRequest) -> Verdict {
        if answer.close == .afterTaking {
            record.answer += ", closed after-taking"
            return .close
        }
        if answer.silent {
            record.answer += ", silent"
            return .silence
        }
        if let body = answer.body {
            reply = Reply(
                status: answer.httpStatus ?? 200, contentType: answer.contentType ?? "text/html", body: Array(body.utf8)
            )
        }
        reply.headers += answer.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if answer.halfAnswer { reply.sentBytes = reply.body.count / 2 }
        return .reply(reply, after: answer.delay)
    }

    private func authenticate(_ request: ReceivedRequest) throws(VendorFault) -> AuthenticatedRequest {
        let authenticated = try signatures.authenticate(request)
        guard SMSService.actions.contains(authenticated.action) else {
            throw .gateway("InvalidAction.NotFound", "Specified api is not found.", status: 404)
        }
        guard authenticated.version == "2017-05-25" else {
            throw .gateway("InvalidVersion", "Specified parameter Version is not valid.")
        }
        let nonce = "\(authenticated.accessKeyID) \(authenticated.nonce)"
        guard nonces.insert(nonce).inserted else {
            throw .gateway("SignatureNonceUsed", "Specified signature nonce was used already.")
        }
        nonceOrder.append(nonce)
        if nonceOrder.count > 2 * Self.mostNonces {
            nonces.subtract(nonceOrder.prefix(Self.mostNonces))
            nonceOrder.removeFirst(Self.mostNonces)
        }
        return authenticated
    }

    private func refuse(_ fault: VendorFault, _ request: ReceivedRequest, _ format: String) -> Reply {
        var fields: [String: any Sendable] = [
            "Code": fault.code, "Message": fault.message, "RequestId": UUID().uuidString,
        ]
        guard fault.status != 200 else { return .vendor(fields, root: "Response", format: format, status: 200) }
        fields["HostId"] = request.header("host") ?? ""
        fields["Recommend"] = "https://api.aliyun.com/troubleshoot?q=\(fault.code)"
        return .vendor(fields, root: "Error", format: format, status: fault.status)
    }

    // MARK: Script

    private func matchingAnswer(_ request: ReceivedRequest) -> ScriptRule.Answer? {
        for index in rules.indices {
            // Those that close before reading had their turn when the head came.
            guard rules[index].rule.answer.close != .beforeReading, rules[index].rule.matches(request) else { continue }
            rules[index].seen += 1
            if rules[index].rule.acts(on: rules[index].seen) { return rules[index].rule.answer }
        }
        return nil
    }

    /// Judges by the head alone. A rule above that would answer goes first, as always.
    private func closesBeforeReading(_ head: ReceivedRequest) -> Bool {
        for index in rules.indices where rules[index].rule.matches(head) {
            guard rules[index].rule.answer.close == .beforeReading else {
                if rules[index].rule.acts(on: rules[index].seen + 1) { return false }
                continue
            }
            rules[index].seen += 1
            if rules[index].rule.acts(on: rules[index].seen) { return true }
        }
        return false
    }

    fileprivate static func value(_ parameter: String, _ header: String?, in request: ReceivedRequest) -> String? {
        if let header, let value = request.header(header) { return value }
        return (request.query + request.form).last { $0.name == parameter }?.value
    }
}

extension ScriptRule.Answer {
    /// The refusal that is scripted: a code other than OK, or a bare HTTP status.
    fileprivate var refusal: VendorFault? {
        if let code, code != "OK" {
            return VendorFault(code: code, message: message ?? code, status: httpStatus ?? 200)
        }
        guard code == nil, let httpStatus, httpStatus != 200 else { return nil }
        return VendorFault(code: "ServiceUnavailable", message: message ?? "unavailable", status: httpStatus)
    }
}

extension RecordedRequest {
    fileprivate init(_ request: ReceivedRequest) {
        self.init(
            method: request.method, target: request.target,
            headers: Dictionary(request.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            body: String(decoding: request.body, as: UTF8.self),
            action: SandboxState.value("Action", "x-acs-action", in: request), answer: "")
    }
}

extension ScriptRule {
    /// Whether it acts on a matching request, counted from 1.
    fileprivate func acts(on number: Int) -> Bool {
        number > after && times.map { number - after <= $0 } ?? true
    }

    fileprivate func matches(_ request: ReceivedRequest) -> Bool {
        func value(_ name: String, _ header: String? = nil) -> String? {
            SandboxState.value(name, header, in: request)
        }
        if let action, value("Action", "x-acs-action") != action { return false }
        if let templateCode, value("TemplateCode") != templateCode { return false }
        if let accessKeyID {
            let credential = request.header("authorization")?.contains("Credential=\(accessKeyID),") == true
            guard credential || value("AccessKeyId") == accessKeyID else { return false }
        }
        guard let phone else { return true }
        let wanted = PhoneBook.reading(phone) ?? phone
        let numbers = [value("PhoneNumbers"), value("PhoneNumber"), value("PhoneNumberJson")].compactMap(\.self)
        return numbers.joined(separator: ",").split { !$0.isNumber && $0 != "+" }
            .contains { PhoneBook.normalized(String($0)) ?? String($0) == wanted }
    }
}
