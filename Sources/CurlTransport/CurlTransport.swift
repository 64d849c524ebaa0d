public import HTTPTransport
import Synchronization

/// An ``HTTPTransport`` over libcurl's multi interface, driven by a thread of its own.
///
/// - Each request is written to a connection at most once. libcurl would write it again by itself when a connection
///   that it used again turns out dead; that is refused, and the failure says that the first try may have arrived.
/// - Connections are kept and used again. At most ``HTTPTransportSettings/maxConnectionsPerHost`` exchanges with one
///   host run at a time; the others wait inside the transport, and their waiting counts against their time limit.
/// - Certificates are always verified, TLS is 1.2 or newer, redirects are not followed, cookies and `.netrc` are not
///   used, and proxies named in the environment are ignored.
///
/// Call ``shutdown(grace:)`` before letting go of it. A transport that is dropped without it ends its thread soon
/// afterwards and fails what was in flight; nothing leaks, but nobody can wait for the end.
public final class CurlTransport: HTTPTransport {
    private let owners: [OwnerThread]
    private let requestTimeout: Duration
    private let turns = Atomic<Int>(0)

    /// Starts the owner threads. Traps when the system has no thread or no memory left for them.
    public init(_ options: CurlTransportOptions = .init()) {
        CurlLibrary.startUp()
        requestTimeout = options.settings.requestTimeout
        owners = (0..<options.threads).map { _ in OwnerThread(options) }
    }

    /// Starts one owner thread with what every transport is told and libcurl's own defaults.
    public convenience init(_ settings: HTTPTransportSettings) {
        self.init(CurlTransportOptions(settings))
    }

    deinit {
        for owner in owners { owner.abandon() }
    }

    /// The owner thread as a place to run tasks; with several owner threads each access gives the next one.
    ///
    /// A task that prefers it (`Task(executorPreference:)`, `withTaskExecutorPreference`) sends and receives without
    /// switching threads, which saves several microseconds a message. In return it must never block: while it runs, no
    /// exchange of this thread moves on. After shutdown such tasks go on in the global pool.
    public var executor: any TaskExecutor { nextOwner() }

    /// Sends one request and waits for the whole answer; see ``HTTPTransport/execute(_:)``.
    ///
    /// The time limit is the request's own or the transport's, whichever is shorter, and runs from this call.
    public func execute(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let limit = min(request.timeout ?? requestTimeout, requestTimeout)
        guard limit > .zero else {
            throw HTTPFailure(
                phase: .notStarted, cause: .timedOut, detail: "no time was left when the request was made")
        }
        let transfer = Transfer(request, deadline: MonotonicTime.now.advanced(by: limit))
        let owner = nextOwner()
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                transfer.continuation = continuation
                owner.submit(transfer)
            }
        } onCancel: {
            owner.cancel(transfer)
        }
        return try outcome.get()
    }

    /// Lets exchanges finish for at most `grace`, then fails the rest and frees threads and sockets.
    public func shutdown(grace: Duration) async {
        let until = MonotonicTime.now.advanced(by: grace)
        await withTaskGroup { group in
            for owner in owners { group.addTask { await owner.stop(until: until) } }
        }
    }

    /// The owner thread that the caller runs on, else each in turn.
    private func nextOwner() -> OwnerThread {
        if owners.count == 1 { return owners[0] }
        if let own = owners.first(where: \.isOwner) { return own }
        let turn = turns.wrappingAdd(1, ordering: .relaxed).oldValue
        return owners[Int(UInt(bitPattern: turn) % UInt(owners.count))]
    }
}
