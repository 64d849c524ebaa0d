import CCurl
import HTTPTransport
import Synchronization

/// One thread, one libcurl multi handle, and the mailbox through which everybody else reaches them.
///
/// It is a `TaskExecutor` too: a task that prefers it runs between two turns of the loop, and then sending a request
/// and taking its answer cost no switch of threads.
///
/// `@unchecked Sendable`: `mailbox`, `ownerID` and `wakers` synchronise themselves; `multi` is used by other threads
/// only for `curl_multi_wakeup`, which libcurl allows; `local` is touched by the owner thread alone (``isOwner`` guards
/// each use).
final class OwnerThread: TaskExecutor, @unchecked Sendable {
    enum Command {
        case submit(Transfer)
        case cancel(Transfer)
        case stop(until: MonotonicTime, CheckedContinuation<Void, Never>?)
    }

    struct Mail {
        var commands: [Command] = []
        var jobs: [UnownedJob] = []

        var isEmpty: Bool { commands.isEmpty && jobs.isEmpty }
    }

    private struct Mailbox {
        var mail = Mail()
        /// The owner sleeps or is about to; whoever finds this true wakes it and makes it false.
        var isAsleep = false
        /// The owner is gone.
        var isClosed = false
        var thread: POSIXThread?
    }

    let multi: UnsafeMutableRawPointer
    private let mailbox = Locked(Mailbox())
    private let ownerID = Atomic<UInt>(0)
    /// Threads that are inside `curl_multi_wakeup`; the multi handle is not freed under them.
    private let wakers = Atomic<Int>(0)
    /// Mail that the owner thread writes to itself, without lock and wake-up.
    private var local = Mail()

    /// Starts the thread.
    init(_ options: CurlTransportOptions) {
        guard let multi = curl_multi_init() else { preconditionFailure("no memory for a libcurl multi handle") }
        self.multi = multi
        let perHost = options.connectionsPerHostAndThread
        // libcurl's own choice shrinks with the load and would close connections that the next burst needs.
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(64, perHost))
        let thread = POSIXThread { [self] in
            ownerID.store(POSIXThread.currentID, ordering: .relaxed)
            TransferLoop(owner: self, options).run()
        }
        mailbox.withLock { $0.thread = thread }
    }

    /// Whether the calling thread is the owner.
    var isOwner: Bool { ownerID.load(ordering: .relaxed) == POSIXThread.currentID }

    // MARK: From any thread

    /// Hands a transfer over.
    func submit(_ transfer: Transfer) {
        if !post(.submit(transfer)) { transfer.reject(.shutDown, "the transport was shut down") }
    }

    /// Takes a transfer back, whatever became of it.
    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        _ = post(.cancel(transfer))
    }

    /// Ends the thread: exchanges may run until the time given. Returns when everything is freed, the thread included.
    func stop(until: MonotonicTime) async {
        await withCheckedContinuation { continuation in
            if !post(.stop(until: until, continuation)) { continuation.resume() }
        }
        // The loop closed the mailbox before it resumed, so this task runs elsewhere by now.
        let thread = mailbox.withLock { $0.thread.take() }
        thread?.join()
    }

    /// Ends the thread soon without waiting for it.
    func abandon() {
        mailbox.withLock { $0.thread.take() }?.detach()
        _ = post(.stop(until: .now, nil))
    }

    /// Runs a job between two turns of the loop, or on the global pool when the thread is gone.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOwner {
            local.jobs.append(job)
            return
        }
        if !deliver({ $0.jobs.append(job) }) { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    /// Returns false when the owner is gone.
    private func post(_ command: Command) -> Bool {
        if isOwner {
            local.commands.append(command)
            return true
        }
        return deliver { $0.commands.append(command) }
    }

    private func deliver(_ write: (inout Mail) -> Void) -> Bool {
        let (isTaken, mustWake) = mailbox.withLock { box -> (Bool, Bool) in
            if box.isClosed { return (false, false) }
            write(&box.mail)
            guard box.isAsleep else { return (true, false) }
            box.isAsleep = false
            wakers.add(1, ordering: .relaxed)
            return (true, true)
        }
        if mustWake {
            curl_multi_wakeup(multi)
            wakers.subtract(1, ordering: .releasing)
        }
        return isTaken
    }

    // MARK: From the owner thread

    /// Takes the mail. When there is none and `mayFallAsleep`, writers must wake the owner from now on.
    func collect(mayFallAsleep: Bool, into mail: inout Mail) {
        swap(&mail, &local)
        let mayFallAsleep = mayFallAsleep && mail.isEmpty
        mailbox.withLock { box in
            box.isAsleep = mayFallAsleep && box.mail.isEmpty
            guard !box.mail.isEmpty else { return }
            if mail.isEmpty { return swap(&mail, &box.mail) }
            mail.commands += box.mail.commands
            mail.jobs += box.mail.jobs
            box.mail.commands.removeAll(keepingCapacity: true)
            box.mail.jobs.removeAll(keepingCapacity: true)
        }
    }

    /// Refuses all mail from now on and returns what came last.
    func close() -> Mail {
        let last = mailbox.withLock { box -> Mail in
            box.isClosed = true
            box.isAsleep = false
            return box.mail
        }
        while wakers.load(ordering: .acquiring) > 0 { POSIXThread.yield() }
        ownerID.store(0, ordering: .relaxed)
        var all = local
        local = Mail()
        all.commands += last.commands
        all.jobs += last.jobs
        return all
    }
}
