//! The WGSL twin: one dispatch of one workgroup for a whole answer. The shader is in `/shaders`.

use super::backend::DecodeBackend;
use super::succession::{ANY, NUMBERS, STOPS};
use super::{Declining, Order, Sampling, Task};
use crate::model::{DECLINES, Sizes};
use crate::shader::{info, number, output, whole_model};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, Shape};
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const SHADER: &str = include_str!("../../../../shaders/decode.wgsl");
const FAMILIARITY: &str = include_str!("../../../../shaders/familiarity.wgsl");
const SUCCESSION: &str = include_str!("../../../../shaders/succession.wgsl");
const CHOICE: &str = include_str!("../../../../shaders/choice.wgsl");

#[derive(Debug)]
struct Kernel {
    sizes: Sizes,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        whole_model(&self.sizes, SHADER)
            .add_template(FAMILIARITY)
            .add_template(SUCCESSION)
            .add_template(CHOICE)
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(self.sizes.lanes))).info(self.sizes)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

impl DecodeBackend for CubeBackend {
    fn decode(
        base: CubeTensor,
        memory: CubeTensor,
        state: CubeTensor,
        prompt: CubeTensor,
        known: CubeTensor,
        task: Task,
    ) -> CubeTensor {
        let sizes = task.sizes;
        assert!(sizes.fit(), "decode: one workgroup cannot hold a model of {sizes:?}");
        let tensors = [base, memory, state, prompt, known];
        let expected = [sizes.layout().total, sizes.memory(), sizes.state()];
        for (tensor, count) in tensors.iter().zip(expected) {
            assert_eq!(tensor.shape().num_elements(), count, "decode: an input does not fit the sizes");
        }
        let prompt = tensors[3].shape().num_elements();
        assert!(
            task.order.is_none() || tensors[4].shape().num_elements() == NUMBERS,
            "decode: what is known has another size"
        );
        let output = output(&tensors[0], Shape::new([2 * task.most + sizes.state() + sizes.vocabulary]));
        let client = output.client.clone();
        let mut arguments = KernelArguments::new();
        for input in tensors {
            assert_eq!(input.dtype(), DType::F32, "decode computes in f32 on this device");
            let buffer = into_contiguous(input).handle.binding();
            arguments = arguments.with_buffer_io(buffer, BufferIOAttr::ReadOnly);
        }
        arguments = arguments.with_buffer_io(output.handle.clone().binding(), BufferIOAttr::ReadWrite);
        let [a, b, c, d] = task.forbidden;
        let none = Declining { token: u32::MAX, given: 0.0 };
        let [first, second] = task.declines.unwrap_or([none; DECLINES]);
        let (most, state) = (number(task.most), number(2 * task.most));
        // With no weight nothing is held against anything.
        let free = Order { untold: 0.0, unended: 0.0, stops: [ANY; STOPS], begin: ANY, end: ANY };
        let order = task.order.unwrap_or(free);
        let Sampling { temperature, top, seed } = task.sampling;
        let arguments = arguments.with_info(info([
            [number(prompt), most],
            [task.end, state],
            [a, b],
            [c, d],
            [temperature.to_bits(), top],
            [seed, task.place],
            [first.token, second.token],
            [first.given.to_bits(), second.given.to_bits()],
            [order.untold.to_bits(), order.unended.to_bits()],
            order.stops,
            [order.begin, order.end],
        ]));
        let kernel = SourceKernel::new(Kernel { sizes }, CubeDim::new_1d(number(sizes.lanes)));
        client.launch(Box::new(kernel), CubeCount::Static(1, 1, 1), arguments);
        output
    }
}
