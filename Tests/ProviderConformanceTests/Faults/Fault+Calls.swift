import HTTPTransport
import NotificationGateway
import ProviderConformance

extension Fault {
    private static let noRepetition = ConformanceRule.named("no repetition")
    private static let deadline = ConformanceRule.named("deadline")
    private static let cancellation = ConformanceRule.named("cancellation")
    private static let concurrency = ConformanceRule.named("concurrency")
    private static let sameBytes = ConformanceRule.named("same input, same bytes")

    static let ofCalls = ofRepetition + ofDeadlines + ofCancellation + ofConcurrency + ofSources

    private static let ofRepetition: [Fault] = [
        Fault("asks again when the connection is lost", breaks: noRepetition) { $0.repeats { $0 == .connectionLost } },
        Fault("asks again when nobody answers in time", breaks: noRepetition) { $0.repeats { $0 == .timedOut } },
        Fault("asks again when nobody listens", breaks: noRepetition) { $0.repeats { $0 == .unreachable } },
        Fault("asks again when the vendor throttles", breaks: noRepetition) {
            $0.exchange = { transport, request throws(HTTPFailure) in
                let response = try await transport.execute(request)
                return ModelProvider.words(of: response).dropFirst().first == "LIMIT"
                    ? try await transport.execute(request) : response
            }
        },
    ]

    private static let ofDeadlines: [Fault] = [
        Fault("sets no time limit", breaks: deadline) { $0.timeLimit = { _, _ in nil } },
        Fault("sets a time limit of its own", breaks: deadline) { $0.timeLimit = { _, _ in .seconds(60) } },
        Fault("adds some grace to the deadline", breaks: deadline) { $0.timeLimit = { left, _ in left + .seconds(1) } },
        Fault("counts the deadline by the machine's clock", breaks: deadline) {
            $0.timeLimit = { $1.deadline - MonotonicTime.now }
        },
    ]

    private static let ofCancellation: [Fault] = [
        Fault("misnames a cancellation", breaks: cancellation) {
            $0.error = { error, _ in if error.reason == .cancelled { error.reason = .connectionLost } }
        },
        Fault("takes a cancelled call for an accepted one", breaks: cancellation) {
            $0.acceptance = { $0.failure?.cause == .cancelled }
        },
        Fault("calls a cancelled message refused that the vendor has", breaks: cancellation) {
            $0.error = { error, _ in if error.reason == .cancelled { error.acceptance = .rejected } }
        },
        Fault("does not know that a call cancelled before it began carried nothing", breaks: cancellation) {
            $0.error = { error, _ in if error.reason == .cancelled { error.acceptance = .unknown } }
        },
    ]

    static let notEndedByCancellation = Fault("does not notice that its task was cancelled", breaks: cancellation) {
        $0.exchange = { transport, request throws(HTTPFailure) in
            try await detached { () async throws(HTTPFailure) in try await transport.execute(request) }.value.get()
        }
    }

    private static let ofConcurrency: [Fault] = [
        Fault("keeps the reference of a send in the provider", breaks: concurrency) {
            let last = Memory("")
            $0.refusal = { request in
                last.value = request.reference
                return ModelProvider.refusal(request)
            }
            $0.receipt = { receipt, _ in receipt.vendorMessageID = "biz-\(last.value)" }
        },
        Fault("keeps the receipt of the first send for all", breaks: concurrency) {
            let first = Memory<ProviderReceipt?>(nil)
            $0.receipt = { receipt, _ in
                let mine = receipt
                receipt = first.exchange { $0 = $0 ?? mine } ?? mine
            }
        },
        Fault("keeps the bytes of the first send for all", breaks: concurrency) {
            let first = Memory<[RequestPreview.Field]?>(nil)
            $0.fields = { fields, _ in
                let mine = fields
                fields = first.exchange { $0 = $0 ?? mine } ?? mine
            }
        },
    ]

    static let oneAtATime = Fault("sends one message at a time", breaks: concurrency) {
        let last = Memory<Task<Result<HTTPResponse, HTTPFailure>, Never>?>(nil)
        $0.exchange = { transport, request throws(HTTPFailure) in
            let turn = Memory<Task<Result<HTTPResponse, HTTPFailure>, Never>?>(nil)
            last.exchange { last in
                let before = last
                last = detached { () async throws(HTTPFailure) in
                    _ = await before?.value
                    return try await transport.execute(request)
                }
                turn.value = last
            }
            guard let mine = turn.value else { throw HTTPFailure(phase: .notStarted, cause: .other, detail: "no turn") }
            return try await withTaskCancellationHandler {
                await mine.value
            } onCancel: {
                mine.cancel()
            }.get()
        }
    }

    private static let ofSources: [Fault] = [
        Fault("draws random numbers of its own", breaks: sameBytes, .named("copies")) {
            $0.fields = { fields, _ in fields[5].value = String(SystemRandom().next(), radix: 16) }
        },
        Fault("counts the requests of all providers together", breaks: sameBytes, .named("copies")) {
            $0.fields = { fields, _ in fields[5].value = "\(sent.exchange { $0 += 1 })" }
        },
        Fault("tells the time of the machine", breaks: sameBytes) {
            $0.fields = { fields, _ in fields[4].value = String(SystemClock().wallTime.timestamp.prefix(10)) }
        },
    ]

    private static let sent = Memory(0)

    private static func detached(
        _ operation: @escaping @Sendable () async throws(HTTPFailure) -> HTTPResponse
    ) -> Task<Result<HTTPResponse, HTTPFailure>, Never> {
        Task.detached {
            do throws(HTTPFailure) { return .success(try await operation()) } catch { return .failure(error) }
        }
    }
}

extension Tampering {
    /// Sends a request a second time after some failures.
    fileprivate mutating func repeats(_ isTriedAgain: @escaping @Sendable (HTTPFailure.Cause) -> Bool) {
        exchange = { transport, request throws(HTTPFailure) in
            do throws(HTTPFailure) { return try await transport.execute(request) } catch {
                guard isTriedAgain(error.cause) else { throw error }
                return try await transport.execute(request)
            }
        }
    }
}
