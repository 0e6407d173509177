using Engagement.Engine.Stream;

namespace Engagement.Engine;

/// <summary>
/// The order of a stop, while the server still answers: 1. the workers finish their batches, write their checkpoints and leave the group, so that
/// another node goes on at once; 2. streams close with a retry hint, which sends pages and agents to another node. Then the server closes its port.
/// Readiness says "stopping" from the beginning.
/// </summary>
internal sealed class ShutdownService(EngineService engine, StreamsState streams) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.StopAsync(cancellationToken);
        }
        finally
        {
            streams.Close();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
