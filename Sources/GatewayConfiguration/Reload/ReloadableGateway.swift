public import NotificationGateway
import Synchronization

/// A gateway that follows its configuration file: the one in force is replaced whole, or not at all.
///
///     let gateway = try ReloadableGateway(path: "providers.yaml", loader: loader)
///     async let watching: Void = gateway.watch(try FileChange.signs(of: "providers.yaml"))
///     // on SIGHUP:
///     gateway.reload()
///
/// A send ends on the configuration that it began with. Providers about which nothing has changed go on with their
/// connections, rate limits and health; one that went away is shut down when the last send that may use it has ended. All
/// methods may be called from any number of tasks.
public final class ReloadableGateway: Sendable {
    /// Makes the gateway of new settings; the second argument is the one that it follows.
    public typealias Make = @Sendable (GatewaySettings, Gateway?) throws(InvalidSettings) -> Gateway

    private struct State {
        var generations: Generations
        var settings: GatewaySettings
        /// Providers on their way out.
        var endings: [Int: Task<Void, Never>] = [:]
        var lastEnding = 0
        var isShutDown = false
    }

    /// What `server:` said at the start; later changes of it need a new start.
    public let server: ServerSettings?
    private let path: String
    private let loader: ConfigurationLoader
    private let mode: GatewaySettings.Mode?
    private let serves: Bool
    private let clock: any GatewayClock
    private let make: Make
    private let state: Mutex<State>
    private let book: Mutex<ReloadBook>
    private let listeners = ReloadEvents()

    /// Reads the file for the first time.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - loader: reads it, now and later.
    ///   - mode: overrides the file's own `mode`.
    ///   - serves: whether this is for a server, which needs the values from outside that `server:` names.
    ///   - clock: measures the quiet after a change of the file.
    ///   - make: makes each gateway, and is where it is given its clock, logger and tracer.
    /// - Throws: ``InvalidConfiguration`` when the file has any error: there is no old configuration that could stay.
    public init(
        path: String, loader: ConfigurationLoader, mode: GatewaySettings.Mode? = nil, serves: Bool = false,
        clock: any GatewayClock = SystemClock(),
        make: @escaping Make = { (settings, previous) throws(InvalidSettings) in
            try Gateway(settings, following: previous)
        }
    ) throws(InvalidConfiguration) {
        let loaded = loader.load(path: path, mode: mode, serves: serves)
        let (settings, gateway) = try ReloadBook.gateway(of: loaded, path: path, following: nil, make)
        server = loaded.server
        self.serves = serves
        (self.path, self.loader, self.mode, self.clock, self.make) = (path, loader, mode, clock, make)
        state = Mutex(State(generations: Generations(gateway), settings: settings))
        book = Mutex(ReloadBook(inForce: loaded))
    }

    // MARK: Sending

    /// The settings in force.
    public var settings: GatewaySettings { state.withLock { $0.settings } }

    /// Sends by the gateway in force; see ``NotificationGateway/Gateway/send(_:)``.
    public func send(_ message: Message) async -> Delivery { await withCurrent { await $0.send(message) } }

    /// Lets the body use the gateway in force, whose providers stay in service until the body has ended.
    public func withCurrent<Result: Sendable>(_ body: (Gateway) async throws -> Result) async rethrows -> Result {
        let (generation, gateway) = state.withLock { $0.generations.begin() }
        defer { finish(state.withLock { $0.generations.end(generation) }) }
        return try await body(gateway)
    }

    // MARK: Reloading

    /// What becomes of each look at the configuration from now on. Each listener gets every event.
    public func events() -> AsyncStream<ReloadEvent> { listeners.listen() }

    /// Reads the file and puts it in force if it is right and says something new: what SIGHUP asks for.
    ///
    /// Files that `${file:…}` names are read again too. Reloads take their turns; sends go on meanwhile. After
    /// ``shutdown()`` nothing is read any more.
    @discardableResult
    public func reload() -> ReloadEvent { look(.asked) ?? .unchanged }

    /// Reloads whenever there are signs that the file has changed and it has been quiet for ``FileChange/quietTime``; ends
    /// with the task or with the signs.
    ///
    /// It begins with a look, so that nothing is missed that happened before. A file that was refused is not reported again
    /// before it changes again.
    public func watch(_ signs: AsyncStream<FileChange>) async {
        look(.start)
        var waiting: Task<Void, Never>?
        for await sign in signs {
            waiting?.cancel()
            let due = clock.now + sign.quietTime
            waiting = Task { [clock] in
                do { try await clock.sleep(until: due) } catch { return }
                self.look(.sign)
            }
        }
        waiting?.cancel()
    }

    /// Why somebody looks at the file.
    private enum Occasion {
        case asked
        case sign
        case start
    }

    /// - Returns: `nil` where there is nothing to tell: nothing has happened since the start, or the same file was refused
    ///   before and nobody asked.
    @discardableResult
    private func look(_ occasion: Occasion) -> ReloadEvent? {
        book.withLock { book in
            guard !state.withLock({ $0.isShutDown }) else { return nil }
            let loaded = loader.load(path: path, mode: mode, serves: serves, following: book.inForce)
            let isNew = book.isNew(loaded)
            let isInForce = loaded.digest == book.inForce.digest
            guard !isInForce, isNew || occasion == .asked else {
                discard(loaded.made)
                return isInForce && occasion != .start ? told(.unchanged) : nil
            }
            return replace(by: loaded, &book)
        }
    }

    private func replace(by loaded: LoadedConfiguration, _ book: inout ReloadBook) -> ReloadEvent {
        let previous = state.withLock { $0.generations.gateways.last }
        do throws(InvalidConfiguration) {
            let (settings, gateway) = try ReloadBook.gateway(of: loaded, path: path, following: previous, make)
            var reloaded = book.accept(loaded, settings)
            reloaded.serverChanged = serves && loaded.server != server
            let ended: Generations.Ended? = state.withLock { state in
                state.settings = settings
                return state.generations.succeed(with: gateway)
            }
            // First this event, then that of what it ends.
            defer { finish(ended) }
            return told(.reloaded(reloaded))
        } catch {
            discard(loaded.made)
            return told(.refused(error.diagnostics))
        }
    }

    private func told(_ event: ReloadEvent) -> ReloadEvent {
        event.count()
        listeners.send(event)
        return event
    }

    // MARK: Shutting down

    /// Ends the watch over the configuration, and shuts down the providers of every gateway that is still in use. Sends in
    /// flight may still finish; later ones are refused by their providers.
    public func shutdown() async {
        // A reload that is under way comes to its end first: its gateway would be left behind.
        let (gateways, endings) = book.withLock { _ in
            state.withLock { state in
                state.isShutDown = true
                return (state.generations.gateways, Array(state.endings.values))
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for (place, gateway) in gateways.enumerated() {
                // One that several gateways share is shut down with the last of them.
                group.addTask { await gateway.shutdown(sparing: Array(gateways[(place + 1)...])) }
            }
            for ending in endings { group.addTask { await ending.value } }
        }
        listeners.finish()
    }

    /// Shuts down what a gateway leaves behind, beside the send that was its last: nobody waits for that.
    private func finish(_ ended: Generations.Ended?) {
        guard let ended else { return }
        later { listeners in
            let names = await ended.gateway.shutdown(sparing: ended.remaining)
            if !names.isEmpty { listeners.send(.shutDown(names)) }
        }
    }

    /// Shuts down providers that were made for a configuration that is not used.
    private func discard(_ made: [any MessageProvider]) {
        guard !made.isEmpty else { return }
        later { _ in for provider in made { await provider.shutdown() } }
    }

    private func later(_ work: @escaping @Sendable (ReloadEvents) async -> Void) {
        state.withLock { state in
            state.lastEnding += 1
            let number = state.lastEnding
            state.endings[number] = Task { [listeners, weak self] in
                await work(listeners)
                self?.state.withLock { $0.endings[number] = nil }
            }
        }
    }
}
