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

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute)
        ?? (TestMethod.TestClass.Class.GetCustomAttributes(typeof(RequiresAzuriteAttribute)).Any() ? AzuriteInstallation.Missing : null);
}
