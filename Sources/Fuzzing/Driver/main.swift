import CLibFuzzer
import Fuzzing
import Glibc

/// `FuzzDriver TARGET [options of libFuzzer] [folders of inputs]`
nonisolated(unsafe) private var target = FuzzTarget.all[0]

private func fuzz() -> CInt {
    let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
    guard CommandLine.argc > 1, let named = FuzzTarget.all.first(where: { $0.name == CommandLine.arguments[1] }) else {
        fatalError("name a target: \(names)")
    }
    target = named
    // libFuzzer reads the program's name and the arguments behind the target's.
    let program = CommandLine.unsafeArgv[0]
    var count = CommandLine.argc - 1
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
    CommandLine.unsafeArgv[1] = program
    return LLVMFuzzerRunDriver(&count, &arguments) { start, count in
        do { try target.run(Array(UnsafeBufferPointer(start: start, count: count))) } catch { fatalError("\(error)") }
        return 0
    }
}

exit(fuzz())
