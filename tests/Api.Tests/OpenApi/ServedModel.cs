using Aigc.Standalone.Local;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The whole server with the model that ships, for all tests of a class.</summary>
public sealed class ServedModel : IAsyncLifetime
{
    internal ServedApi Api { get; private set; } = null!;

    public async Task InitializeAsync() => Api = await ServedApi.StartAsync(new ServedParts
    {
        Stages = store => new LocalStages(LocalModel.Open(RepositoryRoot.Combine("models", "tiny-shapes")), store, TimeProvider.System),
    });

    public async Task DisposeAsync() => await Api.DisposeAsync();
}
