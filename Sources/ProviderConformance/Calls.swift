import NotificationGateway

/// How a call of a provider ended.
enum Ending<Value: Sendable>: Sendable {
    case success(Value)
    case failure(ProviderError)
    /// It did not end within the suite's patience.
    case stuck

    var value: Value? {
        guard case .success(let value) = self else { return nil }
        return value
    }

    var failure: ProviderError? {
        guard case .failure(let error) = self else { return nil }
        return error
    }

    var isStuck: Bool {
        guard case .stuck = self else { return false }
        return true
    }

    /// For reports: only what is safe to show.
    func words(_ success: String) -> String {
        switch self {
        case .success: success
        case .failure(let error): "it failed with \(error.reason.rawValue) (\(error.acceptance.rawValue))"
        case .stuck: "the call did not end"
        }
    }
}

extension Ending<ProviderReceipt> {
    var receipt: ProviderReceipt? { value }
    var words: String { words("it was reported as accepted") }
}

/// A call of a provider on a task of its own.
struct RunningCall<Value: Sendable>: Sendable {
    private let call: BoundedCall<Ending<Value>>

    init(
        patience: Duration, _ operation: @escaping @Sendable () async throws(ProviderError) -> Value
    ) {
        call = BoundedCall(patience: patience) {
            do throws(ProviderError) { return .success(try await operation()) } catch { return .failure(error) }
        }
    }

    func cancel() { call.cancel() }

    var ending: Ending<Value> { get async { await call.value ?? .stuck } }
}

extension ProviderUnderTest {
    /// Sends a request with the time that most have, and survives a provider that never returns.
    func send(
        _ request: ProviderRequest, _ subject: ConformanceSubject, time: Duration = .seconds(30)
    ) async -> Ending<ProviderReceipt> {
        await start(request, subject, time: time).ending
    }

    /// Starts a send that can be cancelled.
    func start(
        _ request: ProviderRequest, _ subject: ConformanceSubject, time: Duration = .seconds(30),
        cancelledBefore: Bool = false
    ) -> RunningCall<ProviderReceipt> {
        var request = request
        request.deadline = clock.now + time
        return RunningCall(patience: subject.patience) { [provider, request] () async throws(ProviderError) in
            if cancelledBefore { withUnsafeCurrentTask { $0?.cancel() } }
            return try await provider.send(request)
        }
    }

    /// Asks what became of a reference that was sent to the receivers of a request.
    func ask(
        _ lookup: any StatusLookup, _ reference: String, like request: ProviderRequest, _ subject: ConformanceSubject,
        time: Duration = .seconds(30)
    ) async -> Ending<[StatusRecord]> {
        let query = StatusQuery(
            reference: reference, recipient: request.recipients.first, sentAt: clock.wallTime,
            deadline: clock.now + time, personalData: request.personalData)
        return await RunningCall(patience: subject.patience) { () async throws(ProviderError) in
            try await lookup.records(for: query)
        }.ending
    }

    /// Shuts the provider down; `false` when that does not end.
    func shutdown(_ subject: ConformanceSubject) async -> Bool {
        await BoundedCall(patience: subject.patience) { [provider] in await provider.shutdown() }.value != nil
    }
}
