using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Core.Sessions;

namespace Core.Tests.Features;

/// <summary>One visitor's doings told in order, through the pipeline; features are read as of the last step.</summary>
internal sealed class Visit
{
    private readonly Worker _worker = new(TestSites.Eager);
    private Instant _time = LogText.Start;
    private int _offset;

    public SessionState Session => _worker.Pipeline.Find(LogText.Visitor(1)) ?? throw new InvalidOperationException("no session");

    public Visit Do(string type, string rest = "")
    {
        _worker.Apply(LogText.Event(type, _time, $"e{_offset}", rest), _offset++);
        return this;
    }

    public Visit Wait(int seconds)
    {
        _time += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public float Value(Feature feature) => _worker.Pipeline.Snapshot(Session).Features[(int)feature];

    public Visit Shows(Feature feature, float value)
    {
        var actual = Value(feature);
        if (float.IsNaN(value) ? !float.IsNaN(actual) : !(Math.Abs(actual - value) < 0.01f)) throw new Xunit.Sdk.XunitException($"{feature} is {actual}, not {value}");
        return this;
    }
}
