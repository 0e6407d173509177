using System.Globalization;

namespace Engagement.Testing;

/// <summary>A real Redis Cluster of three masters, each with a replica, on the loopback.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private readonly RedisServer[] _nodes;

    private RedisCluster(RedisServer[] nodes) => _nodes = nodes;

    /// <summary>All nodes, for a client to begin with.</summary>
    public string Addresses => string.Join(',', _nodes.Select(n => n.Address));

    public static async Task<RedisCluster> StartAsync()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2 * Masters).Select(_ => RedisServer.StartAsync(new RedisServerSettings { Cluster = true })));
        var cluster = new RedisCluster(nodes);
        var said = await nodes[0].CommandAsync(["--cluster", "create", .. nodes.Select(n => n.Address), "--cluster-replicas", "1", "--cluster-yes"]);
        if (!said.Contains("All 16384 slots covered", StringComparison.Ordinal)) throw new InvalidOperationException($"No cluster: {said}");
        await cluster.SettledAsync();
        return cluster;
    }

    /// <summary>Empties every master.</summary>
    public async Task EmptyAsync()
    {
        foreach (var node in _nodes) await node.CommandAsync("FLUSHALL");
    }

    /// <summary>SIGKILL to the master that serves a key; returns it, to be started again.</summary>
    public async Task<RedisServer> KillMasterOfAsync(string key)
    {
        var slot = int.Parse(await _nodes[0].CommandAsync("CLUSTER", "KEYSLOT", key), CultureInfo.InvariantCulture);
        foreach (var line in (await _nodes[0].CommandAsync("CLUSTER", "NODES")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // id address@bus flags master ping pong epoch link slots…
            var fields = line.Split(' ');
            if (!fields[2].Contains("master", StringComparison.Ordinal) || fields[2].Contains("fail", StringComparison.Ordinal)) continue;
            if (!fields.Skip(8).Any(range => Holds(range, slot))) continue;
            var address = fields[1][..fields[1].IndexOf('@', StringComparison.Ordinal)];
            var master = _nodes.Single(n => n.Address == address);
            await master.KillAsync();
            return master;
        }
        throw new InvalidOperationException($"No master serves slot {slot}.");
    }

    /// <summary>Waits until every node sees all slots served, and every master has a replica in step.</summary>
    public async Task SettledAsync()
    {
        for (var i = 0; ; i++)
        {
            var states = await Task.WhenAll(_nodes.Select(n => n.CommandAsync("CLUSTER", "INFO")));
            var replicas = await Task.WhenAll(_nodes.Select(n => n.CommandAsync("INFO", "replication")));
            var masters = replicas.Count(r => r.Contains("role:master", StringComparison.Ordinal) && r.Contains("state=online", StringComparison.Ordinal));
            if (masters == Masters && states.All(s => s.Contains("cluster_state:ok", StringComparison.Ordinal))) return;
            if (i == 300) throw new TimeoutException($"The cluster did not settle: {string.Join('\n', states)}");
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    private static bool Holds(string range, int slot)
    {
        if (range.StartsWith('[')) return false;
        var ends = range.Split('-');
        var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        return slot >= first && slot <= (ends.Length == 1 ? first : int.Parse(ends[1], CultureInfo.InvariantCulture));
    }
}
