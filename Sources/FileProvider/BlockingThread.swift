import Glibc

/// A thread for calls that block, so that the threads which run everybody's tasks never do.
enum BlockingThread {
    /// What the new thread is handed.
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs a body on a thread of its own, which ends with it.
    ///
    /// The thread takes no signals: the program's handlers run elsewhere, and a write past a limit or into a closed pipe
    /// is an error code (`EFBIG`, `EPIPE`) instead of the end of the program.
    ///
    /// - Throws: ``StorageFault`` when the system gives no thread.
    static func start(_ body: @escaping @Sendable () -> Void) throws(StorageFault) {
        var everySignal = sigset_t()
        var before = sigset_t()
        sigfillset(&everySignal)
        // The new thread inherits the mask, so there is no moment in which it could take a signal.
        pthread_sigmask(SIG_SETMASK, &everySignal, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let boxed = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, boxed.toOpaque())
        guard code == 0 else {
            boxed.release()
            throw StorageFault(action: "cannot start a thread", code: code)
        }
        pthread_detach(thread)
    }
}
