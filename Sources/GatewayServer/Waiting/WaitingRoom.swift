import NotificationGateway
import Synchronization

/// Where callers wait for news of a message; nobody who waits asks anybody.
final class WaitingRoom: Sendable {
    /// One caller's place. News that come while it looks elsewhere are kept: it then waits for nothing.
    struct Seat: Sendable {
        fileprivate let id: MessageID
        fileprivate let number: Int
        /// Gives an element for all news since the last one.
        let news: AsyncStream<Void>
        /// Tells it that there are news.
        let bell: AsyncStream<Void>.Continuation
    }

    private struct State {
        var seats: [MessageID: [Int: AsyncStream<Void>.Continuation]] = [:]
        var lastNumber = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Whether nobody is to wait any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes a place, which must be given back.
    func enter(_ id: MessageID) -> Seat {
        let (news, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastNumber += 1
            state.seats[id, default: [:]][state.lastNumber] = bell
            return state.lastNumber
        }
        return Seat(id: id, number: number, news: news, bell: bell)
    }

    func leave(_ seat: Seat) {
        state.withLock { state in
            state.seats[seat.id]?[seat.number] = nil
            if state.seats[seat.id]?.isEmpty == true { state.seats[seat.id] = nil }
        }
    }

    /// Wakes who waits for a message.
    func tell(_ id: MessageID) {
        let bells = state.withLock { state in
            state.seats.isEmpty ? [] : state.seats[id].map { Array($0.values) } ?? []
        }
        for bell in bells { bell.yield() }
    }

    /// Wakes everybody, for good.
    func close() {
        let bells = state.withLock { state in
            state.isClosed = true
            return state.seats.values.flatMap { Array($0.values) }
        }
        for bell in bells { bell.yield() }
    }
}
