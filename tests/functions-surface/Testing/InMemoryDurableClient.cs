using Microsoft.DurableTask.Client;
namespace Aigc.FunctionsSurface;
internal abstract class InMemoryDurableClient() : DurableTaskClient("t") { public string? HttpBaseUrl => null; }
