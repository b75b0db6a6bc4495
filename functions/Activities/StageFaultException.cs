using Aigc.Functions.Messages;

namespace Aigc.Functions.Activities;

/// <summary>A fault on its way to the orchestrator, which is told an exception's message and little else.</summary>
internal sealed class StageFaultException(FaultMessage fault) : Exception(fault.ToText())
{
    public FaultMessage Fault => fault;
}
