import GatewayConfiguration
import NotificationGateway

func followTheFile(_ loader: ConfigurationLoader) async throws {
    let gateway = try ReloadableGateway(path: "providers.yaml", loader: loader)
    let signs = try FileChange.signs(of: "providers.yaml")
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await gateway.watch(signs) }
        group.addTask { for await event in gateway.events() { print(event) } }
        _ = await gateway.send(Message(to: ["13800138000"], template: "login-code", parameters: ["code": "271828"]))
        group.cancelAll()
    }
    await gateway.shutdown()
}
