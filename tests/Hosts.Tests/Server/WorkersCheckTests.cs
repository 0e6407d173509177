using Engagement.Engine.Stream;
using Engagement.Server.Hosting;

namespace Hosts.Tests.Server;

/// <summary>When a node's workers let it be ready.</summary>
public sealed class WorkersCheckTests
{
    private readonly EngineState _state = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Ask_OnItsOwn_ReadyOnlyWithEveryPartition()
    {
        var check = new WorkersCheck(_state, isShared: false, takesEvents: true, _time);
        Assert.Equal("unavailable", check.Ask().Status);
        _state.Begin(2);
        Assert.Equal("unavailable", check.Ask().Status);
        (_state.Of(0).Phase, _state.Of(1).Phase) = (WorkerPhase.Live, WorkerPhase.Rebuilding);
        Assert.Equal("unavailable", check.Ask().Status);
        _state.Of(1).Phase = WorkerPhase.CatchingUp;
        Assert.Equal("ok", check.Ask().Status);
        _state.Of(1).Phase = WorkerPhase.Restarting;
        Assert.Equal("unavailable", check.Ask().Status);
    }

    [Fact]
    public void Ask_EngineWithoutAPartition_IsReadySoon()
    {
        var check = new WorkersCheck(_state, isShared: true, takesEvents: false, _time);
        _state.Begin(2);
        Assert.Equal("unavailable", check.Ask().Status);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("ok", check.Ask().Status);
    }

    [Fact]
    public void Ask_EngineThatWasReady_StaysSoWhileItRebuildsWhatMovedHere()
    {
        var check = new WorkersCheck(_state, isShared: true, takesEvents: false, _time);
        _state.Begin(2);
        _state.Of(0).Phase = WorkerPhase.Rebuilding;
        Assert.Equal("unavailable", check.Ask().Status);
        _state.Of(0).Phase = WorkerPhase.Live;
        Assert.Equal("ok", check.Ask().Status);
        _state.Of(1).Phase = WorkerPhase.Rebuilding;
        Assert.Equal("degraded", check.Ask().Status);
    }

    [Theory]
    [InlineData(true, "degraded")]
    [InlineData(false, "unavailable")]
    public void Ask_LogAwayAtTheStart_KeepsOnlyWhoTakesNoEvents(bool takesEvents, string expected)
    {
        var check = new WorkersCheck(_state, isShared: true, takesEvents, _time);
        _state.Begin(2);
        _state.Fault = "consumer: no broker";
        Assert.Equal(expected, check.Ask().Status);
        _time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal("degraded", check.Ask().Status);
    }
}
