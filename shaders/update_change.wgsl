// A lane changes EACH numbers of one level, as far apart as there are lanes for it, so that neighbours are at neighbouring numbers, and
// leaves the sums of their squares, [levels, lanes of a level, 3]: of the change, of the weights before and after. After update.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let of_level = lanes_of_level();
    let level = id.x / of_level;
    if (level >= info.levels) {
        return;
    }
    var squares = vec3(0.0);
    for (var at = id.x % of_level; at < info.size; at += of_level) {
        let place = level * info.size + at;
        let before = memory[place];
        let change = rates[level] * pending[place];
        let now = before + change;
        after[place] = now;
        squares += vec3(change * change, before * before, now * now);
    }
    for (var i = 0u; i < 3u; i++) {
        sums[3u * id.x + i] = squares[i];
    }
}
