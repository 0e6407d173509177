using Engagement.Core.Contracts;
using Engagement.Engine.Agents;

namespace Engagement.Engine.Stream;

/// <summary>
/// One member of the consumer group on <see cref="Topics.Events"/>: reads what the log has to say and hands it to one
/// <see cref="PartitionWorker"/> for each assigned partition, pausing a partition whose worker falls behind.
/// </summary>
public sealed class EngineService(
    IEventLog log, WorkerParts parts, EngineState state, EngineOptions options, TimeProvider time, ILogger<EngineService> logger)
    : BackgroundService
{
    private readonly Dictionary<int, PartitionWorker> _workers = [];
    private readonly Lock _gate = new();

    /// <summary>Ready to stop: the workers have finished their batches and written their checkpoints.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.RunWorkers) return;
        state.Begin(log.PartitionCount);
        void OnFreed(string site) => TellAll(site);
        parts.Availability.Freed += OnFreed;
        try
        {
            while (!stoppingToken.IsCancellationRequested) await MembershipAsync(stoppingToken);
        }
        finally
        {
            parts.Availability.Freed -= OnFreed;
        }
    }

    /// <summary>One membership of the group, until it breaks or the host stops.</summary>
    private async Task MembershipAsync(CancellationToken stop)
    {
        try
        {
            await using var consumer = await log.JoinAsync(Topics.Events, options.Group, stop);
            state.Fault = null;
            try
            {
                while (true) await HandleAsync(consumer, await consumer.NextAsync(stop));
            }
            finally
            {
                await StopAllAsync(consumer);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            state.Fault = $"consumer: {e.Message}";
            parts.Metrics.ConsumerBroke();
            logger.LogError(e, "The consumer of {Topic} broke; joining again in {Delay}", Topics.Events, options.RestartDelay);
        }
        await Task.Delay(options.RestartDelay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask HandleAsync(ILogConsumer consumer, ConsumerSignal signal)
    {
        switch (signal.Kind)
        {
            case ConsumerSignalKind.Assigned:
                await StartAsync(consumer, signal.Partition);
                break;
            case ConsumerSignalKind.Revoked:
                await StopAsync(signal.Partition);
                consumer.Released(signal.Partition);
                break;
            case ConsumerSignalKind.Batch when Find(signal.Partition) is { } worker:
                worker.Post(signal.Batch!);
                break;
            case ConsumerSignalKind.Batch:
                signal.Batch!.Dispose();
                break;
            case ConsumerSignalKind.CaughtUp:
                Find(signal.Partition)?.Post(new WorkerSignal(WorkerSignalKind.CaughtUp));
                break;
        }
    }

    private async ValueTask StartAsync(ILogConsumer consumer, int partition)
    {
        await StopAsync(partition);
        var worker = new PartitionWorker(partition, consumer, parts, state.Of(partition));
        lock (_gate) _workers[partition] = worker;
        worker.Start();
    }

    private async ValueTask StopAsync(int partition)
    {
        PartitionWorker? worker;
        lock (_gate) _workers.Remove(partition, out worker);
        if (worker is not null) await worker.DisposeAsync();
    }

    private async ValueTask StopAllAsync(ILogConsumer consumer)
    {
        PartitionWorker[] workers;
        lock (_gate)
        {
            workers = [.. _workers.Values];
            _workers.Clear();
        }
        await Task.WhenAll(workers.Select(w => w.DisposeAsync().AsTask()));
        foreach (var worker in workers) consumer.Released(worker.Partition);
    }

    private PartitionWorker? Find(int partition)
    {
        lock (_gate) return _workers.GetValueOrDefault(partition);
    }

    private void TellAll(string site)
    {
        lock (_gate)
        {
            foreach (var worker in _workers.Values) worker.Post(new WorkerSignal(WorkerSignalKind.AgentFree, Site: site));
        }
    }
}
