using Xunit;
using Xunit.Sdk;

namespace Aigc.TestKit;

/// <summary>
/// A fact of a suite that is written once in an abstract class and inherited by a class for each implementation. Unlike
/// a plain fact it heeds what the inheriting class requires and lacks; see <see cref="RequirementAttribute"/> and
/// <see cref="LacksAttribute"/>.
/// </summary>
/// <param name="needs">What not every implementation can give.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Aigc.TestKit.ConformanceFactDiscoverer", "Aigc.TestKit")]
public sealed class ConformanceFactAttribute(params string[] needs) : FactAttribute
{
    public IReadOnlyList<string> Needs { get; } = needs;
}
