using Aigc.TestKit;

namespace Aigc.Conformance;

/// <summary>Skips the suite where no live Functions host is named; see <see cref="FunctionsHostAddress"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresFunctionsHostAttribute : RequirementAttribute
{
    public override string? Missing => FunctionsHostAddress.Value is null
        ? $"{FunctionsHostAddress.Variable} is not set: name the address of a Functions host, as in http://127.0.0.1:7071"
        : null;
}
