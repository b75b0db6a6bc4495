using System.ComponentModel;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Aigc.TestKit;

/// <summary>A test of a conformance suite, for one inheriting class.</summary>
public sealed class ConformanceTestCase : XunitTestCase
{
    [Obsolete("For xunit, which fills it from a serialized form.")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ConformanceTestCase()
    {
    }

    public ConformanceTestCase(
        IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions displayOptions, ITestMethod testMethod)
        : base(diagnostics, display, displayOptions, testMethod)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute)
    {
        var type = TestMethod.TestClass.Class;
        var needs = factAttribute.GetNamedArgument<IReadOnlyList<string>>(nameof(ConformanceFactAttribute.Needs));
        return base.GetSkipReason(factAttribute)
            ?? type.GetCustomAttributes(typeof(RequirementAttribute))
                .Select(requirement => requirement.GetNamedArgument<string?>(nameof(RequirementAttribute.Missing)))
                .FirstOrDefault(missing => missing is not null)
            ?? type.GetCustomAttributes(typeof(LacksAttribute))
                .Where(lack => needs.Contains(lack.GetNamedArgument<string>(nameof(LacksAttribute.Need))))
                .Select(lack => lack.GetNamedArgument<string>(nameof(LacksAttribute.Reason)))
                .FirstOrDefault();
    }
}
