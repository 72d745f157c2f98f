//! Takes out of a module what no page calls.
//!
//! Which operation a tensor gets, Burn decides when it runs: behind every addition stands one for tensors of few bits, and behind
//! that what quantises them on a graphics card. No tensor of ours is of few bits; and the compiler of shaders, which is built
//! upon a language for compilers, has a parser for every word of it and never reads a text. No linker can know either. So the
//! functions through which all of it is reached get a body that traps, and what was reached through nothing else goes with them.
//!
//! Every build is treated so, and not a release alone: the browser's tests run on what visitors get.

use std::path::Path;

use anyhow::{Result, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, passes};

/// What is never called: a function whose name has all the parts of a line.
pub(crate) const NEVER: [&[&str]; 9] = [
    // Tensors of few bits: Burn's operations on them, and reading them in a shader.
    &["::qtensor::", "::q_"],
    &["::qtensor::", "::quantize"],
    &["::qtensor::", "::dequantize"],
    &["cubecl_std::quant::view::run_with_quant_type"],
    &["cubecl_std::quant::view::expand_dynamic"],
    &["cubecl_std::quant::view::QuantizedViewExpand<"],
    // Texts in the compiler's own language.
    &["pliron::parsable::Parsable>::pars"],
    &["pliron::op::canonical_syntax_parse"],
    &["combine::", "::parse"],
];

fn is_never_called(name: &str) -> bool {
    NEVER.iter().any(|parts| parts.iter().all(|part| name.contains(part)))
}

/// Takes them out of a module that still has the names of its functions, and then those names, if they are not `named`. Gives how
/// many functions trap now.
pub(crate) fn snip(path: &Path, named: bool) -> Result<usize> {
    let mut module = Module::from_file(path)?;
    let is_snipped = |name: Option<&str>| name.is_some_and(is_never_called);
    let snipped: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| is_snipped(module.funcs.get(*id).name.as_deref()))
        .map(|(id, _)| id)
        .collect();
    ensure!(
        module.funcs.iter().any(|function| function.name.is_some()),
        "{} has lost the names of its functions, so nothing can be taken out of it.",
        path.display()
    );
    for id in &snipped {
        trap(&mut module, *id);
    }
    passes::gc::run(&mut module);
    if !named {
        module.funcs.iter_mut().for_each(|function| function.name = None);
    }
    module.emit_wasm_file(path)?;
    Ok(snipped.len())
}

/// Gives a function a body that does nothing but trap.
fn trap(module: &mut Module, id: FunctionId) {
    let (inputs, outputs) = module.types.params_results(module.funcs.get(id).ty());
    let (inputs, outputs) = (inputs.to_vec(), outputs.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &inputs, &outputs);
    builder.func_body().unreachable();
    let arguments = inputs.iter().map(|input| module.locals.add(*input)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::ValType;

    /// A module that exports `entry`, which calls a function of this name, which calls another one.
    fn module(name: &str) -> Module {
        let mut module = Module::default();
        let mut function = |name: &str, calls: Option<FunctionId>| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[]);
            builder.name(name.to_owned());
            let argument = module.locals.add(ValType::I32);
            if let Some(called) = calls {
                builder.func_body().local_get(argument).call(called);
            }
            builder.finish(vec![argument], &mut module.funcs)
        };
        let behind = function("behind", None);
        let gate = function(name, Some(behind));
        let entry = function("entry", Some(gate));
        module.exports.add("entry", entry);
        module
    }

    fn names_after(name: &str, named: bool) -> (usize, Vec<Option<String>>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("module.wasm");
        module(name).emit_wasm_file(&path).unwrap();
        let snipped = snip(&path, named).unwrap();
        let left = Module::from_file(&path).unwrap();
        let mut names: Vec<_> = left.funcs.iter().map(|function| function.name.clone()).collect();
        names.sort();
        (snipped, names)
    }

    #[test]
    fn what_is_never_called_traps_and_what_was_behind_it_is_gone() {
        let gate = "burn_backend::backend::ops::qtensor::QTensorOps::q_neg::h0123456789abcdef";
        let own = |name: &str| Some(name.to_owned());
        assert_eq!(names_after(gate, true), (1, vec![own(gate), own("entry")]));
        assert_eq!(names_after(gate, false), (1, vec![None, None]));
    }

    #[test]
    fn what_is_called_stays_whole() {
        let name = "burn_backend::backend::ops::tensor::FloatTensorOps::float_neg";
        assert_eq!(names_after(name, true).0, 0);
        assert_eq!(names_after(name, true).1.len(), 3);
        assert!(!is_never_called("<cubecl_common::quant::scheme::QuantScheme as core::fmt::Debug>::fmt"));
        assert!(!is_never_called("serde_json::de::from_str"));
    }
}
