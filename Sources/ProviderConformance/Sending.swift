import NotificationGateway
import Synchronization

/// How a call of `send` ended.
enum SendEnding: Sendable {
    case receipt(ProviderReceipt)
    case failure(ProviderError)
    /// It did not end within the suite's patience.
    case stuck

    var receipt: ProviderReceipt? {
        guard case .receipt(let receipt) = self else { return nil }
        return receipt
    }

    var failure: ProviderError? {
        guard case .failure(let error) = self else { return nil }
        return error
    }

    /// For reports: only what is safe to show.
    var words: String {
        switch self {
        case .receipt: "it was reported as accepted"
        case .failure(let error): "it failed with \(error.reason.rawValue) (\(error.acceptance.rawValue))"
        case .stuck: "the call did not end"
        }
    }
}

extension ProviderUnderTest {
    /// Sends a request with the time that most have, and survives a provider that never returns.
    func send(
        _ request: ProviderRequest, _ subject: ConformanceSubject, time: Duration = .seconds(30)
    ) async -> SendEnding {
        await start(request, subject, time: time).ending
    }

    /// Starts a send that can be cancelled.
    func start(
        _ request: ProviderRequest, _ subject: ConformanceSubject, time: Duration = .seconds(30),
        cancelledBefore: Bool = false
    ) -> RunningSend {
        var request = request
        request.deadline = clock.now + time
        return RunningSend(provider, request, patience: subject.patience, cancelledBefore: cancelledBefore)
    }
}

/// A send on a task of its own.
struct RunningSend: Sendable {
    private let task: Task<Void, Never>
    private let race = Race()
    private let patience: Duration

    init(_ provider: any MessageProvider, _ request: ProviderRequest, patience: Duration, cancelledBefore: Bool) {
        self.patience = patience
        task = Task { [race] in
            if cancelledBefore { withUnsafeCurrentTask { $0?.cancel() } }
            do throws(ProviderError) { race.finish(.receipt(try await provider.send(request))) } catch {
                race.finish(.failure(error))
            }
        }
    }

    func cancel() { task.cancel() }

    /// Waits for the end. A task group could not: it waits for all its children, and a broken provider never ends.
    var ending: SendEnding {
        get async {
            let limit = Task { [race, patience] in
                do { try await Task.sleep(for: patience) } catch { return }
                race.finish(.stuck)
            }
            defer { limit.cancel() }
            return await race.ending
        }
    }
}

/// The first of several endings, for one who waits.
private final class Race: Sendable {
    private enum State {
        case running
        case awaited(CheckedContinuation<SendEnding, Never>)
        case over(SendEnding)
    }

    private let state = Mutex(State.running)

    func finish(_ ending: SendEnding) {
        let waiter: CheckedContinuation<SendEnding, Never>? = state.withLock { state in
            switch state {
            case .over: return nil
            case .running:
                state = .over(ending)
                return nil
            case .awaited(let waiter):
                state = .over(ending)
                return waiter
            }
        }
        waiter?.resume(returning: ending)
    }

    var ending: SendEnding {
        get async {
            await withCheckedContinuation { continuation in
                let known: SendEnding? = state.withLock { state in
                    if case .over(let ending) = state { return ending }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
