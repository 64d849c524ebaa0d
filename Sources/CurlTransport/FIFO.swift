/// A first-in, first-out queue in a ring; taking from the front costs the same at any length.
struct FIFO<Element> {
    private var ring: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) {
        if count == ring.count { grow() }
        var tail = head + count
        if tail >= ring.count { tail -= ring.count }
        ring[tail] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = ring[head].take()
        head += 1
        if head == ring.count { head = 0 }
        count -= 1
        return element
    }

    /// Takes every element out, oldest first.
    mutating func drain() -> [Element] {
        var all: [Element] = []
        all.reserveCapacity(count)
        while let element = popFirst() { all.append(element) }
        ring = []
        head = 0
        return all
    }

    private mutating func grow() {
        var larger: [Element?] = []
        larger.reserveCapacity(max(16, ring.count * 2))
        larger.append(contentsOf: ring[head...])
        larger.append(contentsOf: ring[..<head])
        larger.append(contentsOf: repeatElement(nil, count: max(16, ring.count * 2) - ring.count))
        ring = larger
        head = 0
    }
}
