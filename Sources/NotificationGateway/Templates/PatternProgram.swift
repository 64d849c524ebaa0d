/// What a pattern says, taken apart.
indirect enum PatternNode: Sendable {
    case set(ScalarSet)
    /// `^`
    case start
    /// `$`
    case end
    /// One after the other; of none, nothing.
    case sequence([PatternNode])
    case choice([PatternNode])
    case repeated(PatternNode, least: Int, most: Int?)

    /// At least the steps that it takes in a program, and never 0, so that not even repeats of nothing multiply freely.
    var size: Int {
        switch self {
        case .set, .start, .end: 1
        case .sequence(let parts): parts.reduce(1) { Self.sum($0, $1.size) }
        case .choice(let parts): parts.reduce(0) { Self.sum($0, Self.sum($1.size, 2)) }
        case .repeated(let part, let least, let most):
            Self.sum(Self.product(Self.sum(part.size, 1), max(most ?? least, 1)), 2)
        }
    }

    private static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    private static func product(_ a: Int, _ b: Int) -> Int {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? .max : product
    }
}

/// A pattern as a non-deterministic automaton that walks all of its ways at once (Thompson, Pike).
///
/// Every character is looked at once, and at most every step is taken for it: no value makes it slower than its length
/// times the program's.
///
/// Source: https://swtch.com/~rsc/regexp/regexp2.html
struct PatternProgram: Sendable, Hashable {
    /// Patterns that multiply into more are refused: `{1,1000}` fits, one within another does not.
    static let mostSteps = 4_096

    private enum Step: Sendable, Hashable {
        /// One character of a set, by its number.
        case take(Int)
        /// Both ways.
        case fork(Int, Int)
        case jump(Int)
        case start
        case end
        case accept
    }

    private var steps: [Step] = []
    private var sets: [ScalarSet] = []

    /// - Throws: ``ParameterPattern/Invalid`` when it would be too large.
    init(_ node: PatternNode) throws(ParameterPattern.Invalid) {
        guard node.size <= Self.mostSteps else {
            throw ParameterPattern.Invalid(
                description: "the pattern is too large: its repeats multiply into more than \(Self.mostSteps) steps; "
                    + "repeat less, or bound the length by max_length")
        }
        var numbers: [ScalarSet: Int] = [:]
        emit(node, &numbers)
        steps.append(.accept)
    }

    // MARK: Making

    private mutating func emit(_ node: PatternNode, _ numbers: inout [ScalarSet: Int]) {
        switch node {
        case .set(let set):
            let number = numbers[set] ?? sets.count
            if number == sets.count {
                numbers[set] = number
                sets.append(set)
            }
            steps.append(.take(number))
        case .start: steps.append(.start)
        case .end: steps.append(.end)
        case .sequence(let parts): for part in parts { emit(part, &numbers) }
        case .choice(let parts): emitChoice(parts, &numbers)
        case .repeated(let part, let least, let most):
            var lastCopy = steps.count
            for _ in 0..<least {
                lastCopy = steps.count
                emit(part, &numbers)
            }
            if let most {
                emitOptional(part, times: most - least, &numbers)
            } else if least > 0 {
                steps.append(.fork(lastCopy, steps.count + 1))
            } else {
                emitLoop(part, &numbers)
            }
        }
    }

    /// `fork(first, rest); first; jump(end); fork(second, rest); …`
    private mutating func emitChoice(_ parts: [PatternNode], _ numbers: inout [ScalarSet: Int]) {
        var jumps: [Int] = []
        for part in parts.dropLast() {
            let fork = reserve()
            emit(part, &numbers)
            jumps.append(reserve())
            steps[fork] = .fork(fork + 1, steps.count)
        }
        if let last = parts.last { emit(last, &numbers) }
        for jump in jumps { steps[jump] = .jump(steps.count) }
    }

    /// `fork(part, end); part; fork(part, end); part; …`
    private mutating func emitOptional(_ part: PatternNode, times: Int, _ numbers: inout [ScalarSet: Int]) {
        var forks: [Int] = []
        for _ in 0..<times {
            forks.append(reserve())
            emit(part, &numbers)
        }
        for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
    }

    /// `fork(part, end); part; jump(fork)`
    private mutating func emitLoop(_ part: PatternNode, _ numbers: inout [ScalarSet: Int]) {
        let fork = reserve()
        emit(part, &numbers)
        steps.append(.jump(fork))
        steps[fork] = .fork(fork + 1, steps.count)
    }

    /// A place for a step that is known later.
    private mutating func reserve() -> Int {
        steps.append(.accept)
        return steps.count - 1
    }

    // MARK: Running

    /// The steps that wait for the next character: each at most once, found in constant time.
    private struct Front {
        private(set) var places: [Int] = []
        private var round: [Int]
        private var current = 1

        init(count: Int) { round = Array(repeating: 0, count: count) }

        mutating func insert(_ place: Int) -> Bool {
            guard round[place] != current else { return false }
            round[place] = current
            return true
        }

        mutating func wait(at place: Int) { places.append(place) }

        func contains(_ place: Int) -> Bool { round[place] == current }

        mutating func clear() {
            places.removeAll(keepingCapacity: true)
            current += 1
        }
    }

    /// Whether the whole value matches.
    func matches(_ value: String) -> Bool {
        var rest = value.unicodeScalars.makeIterator()
        var upcoming = rest.next()
        var front = Front(count: steps.count)
        var next = Front(count: steps.count)
        var pending: [Int] = []
        follow(0, &front, &pending, isStart: true, isEnd: upcoming == nil)
        while let scalar = upcoming {
            upcoming = rest.next()
            next.clear()
            for place in front.places {
                guard case .take(let set) = steps[place], sets[set].contains(scalar) else { continue }
                follow(place + 1, &next, &pending, isStart: false, isEnd: upcoming == nil)
            }
            if next.places.isEmpty, upcoming != nil { return false }
            swap(&front, &next)
        }
        return front.contains(steps.count - 1)
    }

    /// Goes on from a step to all that can be reached without a character. Keeps what it has to do in a list: a pattern
    /// of thousands of steps must not need as many calls.
    private func follow(_ place: Int, _ front: inout Front, _ pending: inout [Int], isStart: Bool, isEnd: Bool) {
        pending.append(place)
        while let place = pending.popLast() {
            guard front.insert(place) else { continue }
            switch steps[place] {
            case .take: front.wait(at: place)
            case .fork(let one, let other): pending += [other, one]
            case .jump(let target): pending.append(target)
            case .start: if isStart { pending.append(place + 1) }
            case .end: if isEnd { pending.append(place + 1) }
            case .accept: break
            }
        }
    }
}
