/// What a connection is doing, and what follows from what happens on it: pure, so that it is tested without one.
///
///     idle → head → body → answering → writing → idle …
///       └──────┴──────┴→ refusing → closed
struct ConnectionMachine: Sendable {
    /// What happens.
    enum Event: Sendable {
        /// So many bytes came, of which nobody has read any yet.
        case bytes(Int)
        /// A request's head.
        case head(RequestFacts)
        /// So many bytes of its body.
        case body(Int)
        /// There is no room for its body.
        case overloaded
        /// The end of a request.
        case end
        /// What came is not HTTP, or not HTTP that is taken.
        case malformed(Refusal)
        /// The answer is there.
        case answered
        /// The answer is on its way, whole.
        case written
        /// The time of ``ConnectionMachine/wait`` is over.
        case timeUp
        /// The other end sends nothing more.
        case inputClosed
        /// The server is to end.
        case quiesce
    }

    /// What is to be done.
    enum Action: Sendable, Hashable {
        case none
        /// Tell the sender to go on with the body.
        case proceed
        /// Keep the bytes.
        case keep
        /// Find the answer.
        case handle
        /// Write the answer, and let the connection live or not.
        case write(keepAlive: Bool)
        /// Look for the next request.
        case next
        /// Say no, and take nothing more.
        case refuse(Refusal)
        /// Give the answer that the head alone has decided, and take nothing more.
        case decline
        /// End the own side; the other one may read the refusal first.
        case closeOutput
        case close
    }

    /// What the connection waits for, each with a time of its own.
    enum Wait: Sendable, Hashable {
        case idle
        case head
        case body
        case writing
        case draining
    }

    private enum State: Sendable, Hashable {
        case idle
        /// So many bytes have come for it.
        case head(received: Int)
        case body(Progress)
        case answering
        case writing
        case refusing
        case closed
    }

    /// How much of a body has come.
    private struct Progress: Sendable, Hashable {
        var facts: RequestFacts
        var received = 0
        /// With what is around its chunks, and at most one read of what follows it.
        var raw = 0

        /// Chunks of few bytes are more around than within; what an extension of a chunk says is never looked at.
        var mostRaw: Int { 8 * facts.limit + (1 << 16) }
    }

    private let mostForHead: Int
    private var state = State.head(received: 0)
    private var keepAlive = true

    /// - Parameter mostForHead: the bytes after which no more of a head is read.
    init(mostForHead: Int) { self.mostForHead = mostForHead }

    /// What is waited for now, if that has a limit of time.
    var wait: Wait? {
        switch state {
        case .idle: .idle
        case .head: .head
        case .body: .body
        case .writing: .writing
        case .refusing: .draining
        case .answering, .closed: nil
        }
    }

    /// Whether a request is answered: what comes meanwhile has to wait.
    var isBusy: Bool { state == .answering || state == .writing }

    /// Whether what comes is thrown away.
    var isDeaf: Bool { state == .refusing || state == .closed }

    /// Takes note of an event.
    mutating func on(_ event: Event) -> Action {
        switch event {
        case .bytes(let count): return bytes(count)
        case .head(let facts): return head(facts)
        case .body(let count): return body(count)
        case .overloaded: return isReading ? refuse(.overloaded) : .none
        case .end: return end()
        case .malformed(let refusal): return isReading ? refuse(refusal) : .none
        case .answered:
            guard state == .answering else { return .none }
            state = .writing
            return .write(keepAlive: keepAlive)
        case .written: return written()
        case .timeUp: return timeUp()
        case .inputClosed: return inputClosed()
        case .quiesce: return quiesce()
        }
    }

    private var isReading: Bool {
        switch state {
        case .idle, .head, .body: true
        case .answering, .writing, .refusing, .closed: false
        }
    }

    private mutating func bytes(_ count: Int) -> Action {
        switch state {
        case .idle: state = .head(received: count)
        case .head(let received):
            // What the bytes before did not end goes on too long; these may hold its end and a body.
            guard received <= mostForHead else { return refuse(.headerTooLarge) }
            state = .head(received: received + count)
        case .body(var progress):
            progress.raw += count
            guard progress.raw <= progress.mostRaw else { return refuse(.contentTooLarge) }
            state = .body(progress)
        case .answering, .writing, .refusing, .closed: break
        }
        return .none
    }

    private mutating func head(_ facts: RequestFacts) -> Action {
        guard isReading else { return .none }
        if case .body = state { return .none }
        keepAlive = keepAlive && facts.keepAlive
        if let refusal = facts.refusal { return refuse(refusal) }
        state = .body(Progress(facts: facts))
        guard facts.expectsContinue else { return .none }
        guard !facts.isDecided else {
            state = .refusing
            return .decline
        }
        return .proceed
    }

    private mutating func body(_ count: Int) -> Action {
        guard case .body(var progress) = state else { return .none }
        guard count <= progress.facts.limit - progress.received else { return refuse(.contentTooLarge) }
        progress.received += count
        state = .body(progress)
        // Read to its end all the same: whoever sends it hears the answer only then, and the connection lives on.
        return progress.facts.isDecided ? .none : .keep
    }

    private mutating func end() -> Action {
        guard case .body = state else { return .none }
        state = .answering
        return .handle
    }

    private mutating func written() -> Action {
        if state == .refusing { return .closeOutput }
        guard state == .writing else { return .none }
        guard keepAlive else { return close() }
        state = .idle
        return .next
    }

    private mutating func timeUp() -> Action {
        switch state {
        case .head(received: 1...), .body: refuse(.timedOut)
        case .idle, .head, .writing, .refusing: close()
        case .answering, .closed: .none
        }
    }

    private mutating func inputClosed() -> Action {
        switch state {
        case .answering, .writing:
            keepAlive = false
            return .none
        case .idle, .head, .body, .refusing: return close()
        case .closed: return .none
        }
    }

    private mutating func quiesce() -> Action {
        keepAlive = false
        switch state {
        case .idle, .head(received: 0): return close()
        case .head, .body, .answering, .writing, .refusing, .closed: return .none
        }
    }

    private mutating func refuse(_ refusal: Refusal) -> Action {
        state = .refusing
        return .refuse(refusal)
    }

    private mutating func close() -> Action {
        state = .closed
        return .close
    }
}

/// What of a head decides how the connection goes on.
struct RequestFacts: Sendable, Hashable {
    /// The most bytes that its body may have.
    var limit: Int
    /// Whether the sender waits for leave to send the body.
    var expectsContinue = false
    /// Whether the sender wants to go on after this request.
    var keepAlive = true
    /// Why the request is not taken.
    var refusal: Refusal?
    /// Whether its head alone has decided the answer, so that nobody needs its body.
    var isDecided = false
}

/// Why a connection takes no request, or no more of one; the connection ends with it.
enum Refusal: Sendable, Hashable, CaseIterable {
    case malformed
    case methodUnknown
    case timedOut
    case contentTooLarge
    case targetTooLong
    case expectationFailed
    case headerTooLarge
    case codingUnknown
    case overloaded
    case versionUnknown
}
