/// An optional value that is seldom there, kept beside the value that holds it: a missing one costs a word, not its size, in
/// each of the copies that the path of a message makes.
struct Rare<Value: Sendable>: Sendable {
    private final class Box: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private var box: Box?

    init(_ value: Value? = nil) { box = value.map(Box.init) }

    var value: Value? {
        get { box?.value }
        set { box = newValue.map(Box.init) }
    }
}
