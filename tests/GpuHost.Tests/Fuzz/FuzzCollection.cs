namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>One host for all of them, and nothing beside them: other tests' memory would count as the host's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection : ICollectionFixture<FuzzHost>
{
    public const string Name = "fuzz";
}
